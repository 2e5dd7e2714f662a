/** The lists and saved views: what is in them, which is shown, and when what is shown may change its order. */
import { toApiError, type ApiError, type Backend, type Change, type ChangeFeed, type ConversationPage, type ConversationRow, type InboxCounts, type InboxList, type SavedViewRow } from '../../ipc';
import { coalesce } from '../../lib/coalesce';
import { holdOrder } from './listHold';
import { viewIdOf, type ListChoice } from './words';

const PAGE = 60;
const LARGEST_PAGE = 200;

export class InboxStore {
  list = $state<ListChoice>('new');
  views = $state.raw<SavedViewRow[]>([]);
  /** Saved searches: they stand among the views where all are replaced together, and in no list. */
  searches = $state.raw<SavedViewRow[]>([]);
  rows = $state.raw<ConversationRow[]>([]);
  counts = $state<InboxCounts>({ new: 0, ongoing: 0, newUnread: 0, ongoingUnread: 0, withVirtualAgent: 0, snoozed: 0, helpWanted: 0 });
  loaded = $state(false);
  error = $state<ApiError | null>(null);
  /** Conversations with news that wait because the list is held. */
  waiting = $state(0);

  readonly #backend: Backend;
  readonly #refresh: () => Promise<void>;
  readonly #refreshViews: () => Promise<void>;
  #fresh: ConversationRow[] = [];
  #next: string | null = null;
  #held = false;
  #loadingMore = false;
  #generation = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#refresh = coalesce(() => this.#load());
    this.#refreshViews = coalesce(() => this.#loadViews());
  }

  /** Listens, then asks; the answer stops listening. */
  start(feed: ChangeFeed): () => void {
    const stop = feed.subscribe((change) => this.#onChange(change));
    void this.refresh();
    void this.#refreshViews();
    return stop;
  }

  refresh(): Promise<void> {
    return this.#refresh();
  }

  async show(list: ListChoice): Promise<void> {
    if (list === this.list) return;
    this.list = list;
    this.#generation += 1;
    this.rows = [];
    this.#fresh = [];
    this.#next = null;
    this.loaded = false;
    this.waiting = 0;
    await this.refresh();
  }

  /** While held, rows keep their places. */
  hold(held: boolean): void {
    if (this.#held === held) return;
    this.#held = held;
    if (!held) this.release();
  }

  /** Shows what the hold kept back. */
  release(): void {
    this.rows = this.#fresh;
    this.waiting = 0;
  }

  async loadMore(): Promise<void> {
    if (this.#loadingMore || this.#next === null) return;
    this.#loadingMore = true;
    const generation = this.#generation;
    try {
      const page = await this.#page(this.#next, PAGE);
      if (generation !== this.#generation) return;
      const known = new Set(this.#fresh.map((row) => row.id));
      const more = page.rows.filter((row) => !known.has(row.id));
      this.#fresh = [...this.#fresh, ...more];
      const shown = new Set(this.rows.map((row) => row.id));
      this.rows = [...this.rows, ...more.filter((row) => !shown.has(row.id))];
      this.#next = page.next;
      this.counts = page.counts;
    } catch (thrown) {
      this.error = toApiError(thrown);
    } finally {
      this.#loadingMore = false;
    }
  }

  /** The row after (or before) a conversation in the shown order; the first one where it is not shown. */
  neighbour(conversationId: number | null, step: 1 | -1): ConversationRow | null {
    const index = this.rows.findIndex((row) => row.id === conversationId);
    if (index < 0) return this.rows[0] ?? null;
    return this.rows[index + step] ?? null;
  }

  async #load(): Promise<void> {
    const generation = this.#generation;
    const wanted = Math.max(PAGE, this.#fresh.length);
    const rows: ConversationRow[] = [];
    let after: string | null = null;
    try {
      do {
        const page: ConversationPage = await this.#page(after, Math.min(LARGEST_PAGE, wanted - rows.length));
        if (generation !== this.#generation) return void (await this.#load());
        rows.push(...page.rows);
        this.counts = page.counts;
        after = page.next;
      } while (after !== null && rows.length < wanted);
    } catch (thrown) {
      this.error = toApiError(thrown);
      this.loaded = true;
      return;
    }
    this.error = null;
    this.#next = after;
    this.#fresh = rows;
    if (this.#held && this.loaded) {
      const held = holdOrder(this.rows, rows);
      this.rows = held.rows;
      this.waiting = held.waiting;
    } else {
      this.rows = rows;
      this.waiting = 0;
    }
    this.loaded = true;
  }

  #page(after: string | null, limit: number): Promise<ConversationPage> {
    const viewId = viewIdOf(this.list);
    if (viewId !== null) return this.#backend.call('list_view', { viewId, after, limit });
    return this.#backend.call('list_conversations', { list: this.list as InboxList, after, limit });
  }

  async #loadViews(): Promise<void> {
    try {
      const all = await this.#backend.call('saved_views');
      this.views = all.filter((it) => it.scope !== 'texts');
      this.searches = all.filter((it) => it.scope === 'texts');
    } catch (thrown) {
      this.error = toApiError(thrown);
      return;
    }
    const viewId = viewIdOf(this.list);
    if (viewId !== null && !this.views.some((it) => it.id === viewId)) await this.show('new');
  }

  #onChange(change: Change): void {
    if (change.kind === 'conversation' || change.kind === 'everything') void this.refresh();
    if (change.kind === 'conversation' || change.kind === 'everything' || change.kind === 'views') void this.#refreshViews();
    if (change.kind === 'views' && viewIdOf(this.list) !== null) void this.refresh();
  }
}
