/** The directory: which people are listed, who is open, and every change with its way back. */
import { toApiError, type ApiError, type Backend, type ChangeFeed, type PersonCard, type PersonFields, type PersonView } from '../../ipc';
import { coalesce, debounce } from '../../lib/coalesce';
import { inOneLine } from '../../lib/errors';
import type { Toasts } from '../../ui';

const PAGE = 60;
const LARGEST_PAGE = 200;
const ASK_AFTER = 80;

export const KINDS = [
  { value: 'user', label: 'User' },
  { value: 'consumer', label: 'Customer' },
  { value: 'contact', label: 'Contact' },
] as const;

export function emptyFields(): PersonFields {
  return { kind: 'user', name: '', mobilePhone: '', phone: '', roles: [], email: '', territory: '', notes: '', account: '' };
}

export function fieldsOf(person: PersonView): PersonFields {
  const { kind, name, mobileDisplay, phoneDisplay, roles, email, territory, notes, account } = person;
  return { kind, name, mobilePhone: mobileDisplay, phone: phoneDisplay, roles, email, territory, notes, account };
}

export class PeopleStore {
  query = $state('');
  people = $state.raw<PersonView[]>([]);
  total = $state(0);
  loaded = $state(false);
  error = $state<ApiError | null>(null);
  /** The person that is open; `null` while a new one is typed or nobody is open. */
  card = $state.raw<PersonCard | null>(null);
  isNew = $state(false);

  readonly #backend: Backend;
  readonly #toasts: Toasts;
  readonly #refresh: () => Promise<void>;
  readonly #soon: ReturnType<typeof debounce>;
  #next: string | null = null;

  constructor(backend: Backend, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
    this.#refresh = coalesce(() => this.#load());
    this.#soon = debounce(() => void this.#refresh(), ASK_AFTER);
  }

  start(feed: ChangeFeed): () => void {
    const stop = feed.subscribe((change) => {
      if (change.kind !== 'people' && change.kind !== 'everything') return;
      void this.#refresh();
      if (this.card) void this.open(this.card.person.id);
    });
    void this.#refresh();
    return () => {
      this.#soon.cancel();
      stop();
    };
  }

  search(query: string): void {
    this.query = query;
    this.#soon();
  }

  async more(): Promise<void> {
    if (this.#next === null) return;
    const after = this.#next;
    this.#next = null;
    try {
      const page = await this.#backend.call('list_people', { query: this.query, after, limit: PAGE });
      this.people = [...this.people, ...page.people];
      this.#next = page.next;
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  async open(personId: string): Promise<void> {
    try {
      this.card = await this.#backend.call('person', { personId });
      this.isNew = false;
    } catch (thrown) {
      if (toApiError(thrown).code === 'notFound') this.card = null;
      else this.error = toApiError(thrown);
    }
  }

  add(): void {
    this.card = null;
    this.isNew = true;
  }

  close(): void {
    this.card = null;
    this.isNew = false;
  }

  /** Rejects with what has to be changed first. */
  async save(personId: string | null, fields: PersonFields): Promise<void> {
    const saved = await this.#backend.call('save_person', { personId, fields });
    await this.open(saved.personId);
    if (saved.undo !== null) this.#offerUndo(personId === null ? `${fields.name} added` : `${fields.name} saved`, saved.undo);
  }

  /** Other users with a number of this one: nobody is guessed behind it (P-7). */
  async sharersOf(person: PersonView): Promise<PersonView[]> {
    const numbers = [person.mobilePhone, person.phone].filter((number) => number !== '');
    if (person.kind !== 'user' || numbers.length === 0) return [];
    const pages = await Promise.all(numbers.map((query) => this.#backend.call('list_people', { query, after: null, limit: 10 })));
    const others = pages.flatMap((page) => page.people).filter((it) => it.id !== person.id && it.kind === 'user');
    const shares = others.filter((it) => numbers.includes(it.mobilePhone) || numbers.includes(it.phone));
    return [...new Map(shares.map((it) => [it.id, it])).values()];
  }

  async remove(person: PersonView): Promise<void> {
    try {
      const deleted = await this.#backend.call('delete_person', { personId: person.id });
      this.close();
      if (deleted.undo !== null) this.#offerUndo(`${person.name} deleted`, deleted.undo);
    } catch (thrown) {
      this.#toasts.show(inOneLine(toApiError(thrown)), { tone: 'bad' });
    }
  }

  imported(words: string, undo: string | null): void {
    if (undo === null) this.#toasts.show(words);
    else this.#offerUndo(words, undo);
  }

  #offerUndo(words: string, undo: string): void {
    offerUndo(this.#backend, this.#toasts, words, undo);
  }

  async #load(): Promise<void> {
    try {
      const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, this.people.length));
      const page = await this.#backend.call('list_people', { query: this.query, after: null, limit });
      this.people = page.people;
      this.total = page.total;
      this.#next = page.next;
      this.error = null;
    } catch (thrown) {
      this.error = toApiError(thrown);
    } finally {
      this.loaded = true;
    }
  }
}

/** A notice with the way back that a token stands for. */
export function offerUndo(backend: Backend, toasts: Toasts, words: string, undo: string): void {
  const takeBack = async () => {
    try {
      await backend.call('undo_change', { undo });
      toasts.show('Taken back');
    } catch (thrown) {
      toasts.show(inOneLine(toApiError(thrown)), { tone: 'bad' });
    }
  };
  toasts.show(words, { stays: 10_000, action: { label: 'Undo', run: () => void takeBack() } });
}
