/** Finding in one thread: hits from the newest to the oldest, and which of them is shown. */
import { toApiError, type ApiError, type Backend, type SearchHit } from '../../ipc';
import { debounce } from '../../lib/coalesce';

const PAGE = 100;
const ASK_AFTER = 60;

export class FindStore {
  query = $state('');
  hits = $state.raw<SearchHit[]>([]);
  next = $state<number | null>(null);
  /** Index of the hit that is shown; the newest is 0. */
  at = $state(0);
  /** How many there are. */
  count = $state.raw<{ counted: number; isMore: boolean } | null>(null);
  problems = $state.raw<string[]>([]);
  /** The query that the hits belong to. */
  answered = $state('');
  error = $state<ApiError | null>(null);

  readonly #backend: Backend;
  readonly #conversationId: number;
  readonly #show: (position: number) => void;
  readonly #soon: ReturnType<typeof debounce>;
  #turn = 0;

  constructor(backend: Backend, conversationId: number, show: (position: number) => void) {
    this.#backend = backend;
    this.#conversationId = conversationId;
    this.#show = show;
    this.#soon = debounce(() => void this.#ask(), ASK_AFTER);
  }

  type(query: string): void {
    this.query = query;
    this.#soon();
  }

  /** Goes to an older (1) or a newer (-1) hit; at either end round to the other. */
  async step(by: 1 | -1): Promise<void> {
    this.#soon.flush();
    if (this.hits.length === 0) return;
    let wanted = this.at + by;
    if (wanted >= this.hits.length && this.next !== null) await this.#more();
    if (wanted >= this.hits.length) wanted = 0;
    if (wanted < 0) wanted = this.hits.length - 1;
    this.#goTo(wanted);
  }

  stop(): void {
    this.#soon.cancel();
    this.#turn += 1;
    void this.#backend.call('stop_search', { asker: 'thread' }).catch(() => undefined);
  }

  #goTo(index: number): void {
    const hit = this.hits[index];
    if (!hit) return;
    this.at = index;
    this.#show(hit.position);
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    const query = this.query.trim();
    if (query === '') {
      this.hits = [];
      this.next = null;
      this.count = null;
      this.problems = [];
      this.answered = '';
      return;
    }
    try {
      const page = await this.#page(null);
      if (turn !== this.#turn || page.stopped) return;
      this.hits = page.hits;
      this.next = page.next;
      this.problems = page.problems;
      this.answered = query;
      this.error = null;
      this.count = page.next === null ? { counted: page.hits.length, isMore: false } : null;
      this.#goTo(0);
      if (page.next === null) return;
      const count = await this.#backend.call('count_hits', { query: this.query, conversationId: this.#conversationId, asker: 'thread' });
      if (turn === this.#turn && !count.stopped) this.count = count;
    } catch (thrown) {
      if (turn === this.#turn) this.error = toApiError(thrown);
    }
  }

  async #more(): Promise<void> {
    const turn = this.#turn;
    try {
      const page = await this.#page(this.next);
      if (turn !== this.#turn || page.stopped) return;
      this.hits = [...this.hits, ...page.hits];
      this.next = page.next;
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  #page(before: number | null) {
    return this.#backend.call('search', { query: this.query, conversationId: this.#conversationId, before, limit: PAGE, asker: 'thread' });
  }
}
