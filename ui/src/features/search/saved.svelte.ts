/** Saved searches: views of texts, kept with the saved views and replaced with them. */
import { v7 as uuid } from 'uuid';
import { toApiError, type ApiError, type Backend, type SavedViewDraft, type SavedViewRow } from '../../ipc';
import { draftOf } from '../../lib/savedViews';

/** A search that is being given a name: a new one, or one that has another name. */
export interface Naming {
  id: string;
  name: string;
  query: string;
  isNew: boolean;
}

/** Takes back what was done. */
type Undo = () => Promise<void>;

export class SavedSearches {
  all = $state.raw<SavedViewRow[]>([]);
  naming = $state.raw<Naming | null>(null);
  error = $state.raw<ApiError | null>(null);

  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    try {
      this.#show(await this.#backend.call('saved_views'));
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  /** The saved search that looks for exactly this. */
  of(query: string): SavedViewRow | undefined {
    return this.all.find((it) => it.condition.text === query.trim());
  }

  /** Asks for a name: for a new one, or for what this search is called already. */
  name(query: string): void {
    const known = this.of(query);
    this.error = null;
    this.naming = { id: known?.id ?? uuid(), name: known?.name ?? '', query: query.trim(), isNew: known === undefined };
  }

  /** Saves what was being named; answers the way back, or `null` if it could not be done. */
  async save(name: string): Promise<Undo | null> {
    const { naming } = this;
    if (naming === null) return null;
    const saved: SavedViewDraft = { id: naming.id, name, condition: naming.query, sort: 'newest', scope: 'texts' };
    const undo = await this.#change((all) => (all.some((it) => it.id === saved.id) ? all.map((it) => (it.id === saved.id ? saved : it)) : [...all, saved]));
    if (undo) this.naming = null;
    return undo;
  }

  remove(id: string): Promise<Undo | null> {
    return this.#change((all) => all.filter((it) => it.id !== id));
  }

  #show(views: readonly SavedViewRow[]): void {
    this.all = views.filter((it) => it.scope === 'texts');
    this.error = null;
  }

  async #change(next: (all: SavedViewDraft[]) => SavedViewDraft[]): Promise<Undo | null> {
    try {
      const before = (await this.#backend.call('saved_views')).map(draftOf);
      this.#show(await this.#backend.call('replace_saved_views', { views: next(before) }));
      return () => this.#replace(before);
    } catch (thrown) {
      this.error = toApiError(thrown);
      return null;
    }
  }

  async #replace(views: SavedViewDraft[]): Promise<void> {
    try {
      this.#show(await this.#backend.call('replace_saved_views', { views }));
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }
}
