/** How conversations look in the inbox: the layouts, and changing them with a way back. */
import { toApiError, type Backend, type CardFieldView, type CardLayoutView } from '../../ipc';
import { inOneLine } from '../../lib/errors';
import type { Toasts } from '../../ui';

export class CardsStore {
  layouts = $state.raw<CardLayoutView[] | null>(null);
  fields = $state.raw<CardFieldView[]>([]);
  problem = $state<string | null>(null);

  readonly #backend: Backend;
  readonly #toasts: Toasts;

  constructor(backend: Backend, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
  }

  async load(): Promise<void> {
    try {
      const settings = await this.#backend.call('card_layouts');
      [this.layouts, this.fields] = [settings.layouts, settings.fields];
    } catch (thrown) {
      this.problem = inOneLine(toApiError(thrown));
    }
  }

  /** Saves one layout, in its place or as the last. */
  put(layout: CardLayoutView): Promise<boolean> {
    const known = this.layouts ?? [];
    const isKnown = known.some((it) => it.id === layout.id);
    return this.change(isKnown ? known.map((it) => (it.id === layout.id ? layout : it)) : [...known, layout], `“${layout.name.trim()}” saved`);
  }

  remove(layout: CardLayoutView): Promise<boolean> {
    return this.change((this.layouts ?? []).filter((it) => it.id !== layout.id), `“${layout.name}” deleted`);
  }

  move(layout: CardLayoutView, by: 1 | -1): Promise<boolean> {
    const next = [...(this.layouts ?? [])];
    const at = next.findIndex((it) => it.id === layout.id);
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + by, 0, moved);
    return this.change(next, `“${layout.name}” moved`);
  }

  /** Every card looks as shipped again. */
  reset(): Promise<boolean> {
    return this.change([], 'Cards look as they did at first');
  }

  /** Replaces the layouts, says so, and offers the way back. */
  async change(next: CardLayoutView[], words: string): Promise<boolean> {
    const before = this.layouts ?? [];
    if (!(await this.#replace(next))) return false;
    this.#toasts.show(words, { action: { label: 'Undo', run: () => void this.#replace(before) } });
    return true;
  }

  async #replace(layouts: CardLayoutView[]): Promise<boolean> {
    try {
      this.layouts = (await this.#backend.call('save_card_layouts', { layouts })).layouts;
      this.problem = null;
      return true;
    } catch (thrown) {
      this.problem = inOneLine(toApiError(thrown));
      return false;
    }
  }
}
