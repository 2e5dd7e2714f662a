/** Search while typing: filters, pages, and only the newest question's answer. */
import { toApiError, type ApiError, type Backend, type ConversationRow, type SearchDirection, type SearchHit } from '../../ipc';
import { debounce } from '../../lib/coalesce';
import { startOfDay } from '../../lib/time';

const PAGE = 50;
const ASK_AFTER = 60;
const DAY = 86_400_000;

export type When = 'any' | 'today' | 'week' | 'month' | 'year';

/** The instant a choice of dates starts at; `null` = any time. */
export function startOf(when: When, now: number): number | null {
  const days: Record<When, number | null> = { any: null, today: 0, week: 7, month: 30, year: 365 };
  const back = days[when];
  return back === null ? null : startOfDay(now - back * DAY);
}

export class SearchStore {
  query = $state('');
  direction = $state<SearchDirection | null>(null);
  withPicture = $state(false);
  when = $state<When>('any');
  /** Only this conversation. */
  only = $state<ConversationRow | null>(null);

  conversations = $state.raw<ConversationRow[]>([]);
  hits = $state.raw<SearchHit[]>([]);
  next = $state<number | null>(null);
  /** The query that the results belong to. */
  answered = $state('');
  error = $state<ApiError | null>(null);

  readonly #backend: Backend;
  readonly #now: () => number;
  readonly #soon: ReturnType<typeof debounce>;
  #turn = 0;
  #loadingMore = false;

  constructor(backend: Backend, now: () => number = () => Date.now()) {
    this.#backend = backend;
    this.#now = now;
    this.#soon = debounce(() => void this.#ask(), ASK_AFTER);
  }

  /** Something of the question changed. */
  changed(): void {
    this.#soon();
  }

  reset(): void {
    this.#soon.cancel();
    this.#turn += 1;
    this.query = '';
    this.answered = '';
    this.only = null;
    this.conversations = [];
    this.hits = [];
    this.next = null;
    this.error = null;
  }

  async more(): Promise<void> {
    if (this.next === null || this.#loadingMore) return;
    this.#loadingMore = true;
    const turn = this.#turn;
    try {
      const page = await this.#backend.call('search', this.#request(this.next));
      if (turn !== this.#turn) return;
      this.hits = [...this.hits, ...page.hits];
      this.next = page.next;
    } catch (thrown) {
      this.error = toApiError(thrown);
    } finally {
      this.#loadingMore = false;
    }
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    const query = this.query.trim();
    if (query === '') {
      this.conversations = [];
      this.hits = [];
      this.next = null;
      this.answered = '';
      return;
    }
    try {
      const page = await this.#backend.call('search', this.#request(null));
      if (turn !== this.#turn) return;
      this.conversations = page.conversations;
      this.hits = page.hits;
      this.next = page.next;
      this.answered = query;
      this.error = null;
    } catch (thrown) {
      if (turn === this.#turn) this.error = toApiError(thrown);
    }
  }

  #request(before: number | null) {
    return {
      query: this.query.trim(),
      conversationId: this.only?.id ?? null,
      from: startOf(this.when, this.#now()),
      until: null,
      hasPicture: this.withPicture ? true : null,
      direction: this.direction,
      before,
      limit: PAGE,
    };
  }
}
