/**
 * The search page: what was asked, the hits so far, and how many there are. It outlives the page, so that whoever
 * comes back finds the results where they were. Only the newest question's answer counts.
 */
import { toApiError, type ApiError, type Backend, type ConversationRow, type NoteHit, type SearchHit, type SearchPartView, type SearchSuggestion } from '../../ipc';
import { debounce } from '../../lib/coalesce';
import { ActivityStore } from './activity.svelte';
import { groupHits, withoutDay } from './groups';
import { SavedSearches } from './saved.svelte';

const PAGE = 50;
const ASK_AFTER = 40;
/** Pages that are asked for by themselves while nothing was found yet. */
const MOST_EMPTY = 40;

/** A hit, or the line that opens up a group. */
export type ResultRow = { hit: SearchHit; opens: null } | { hit: null; opens: number };

export class SearchStore {
  query = $state('');
  grouped = $state(false);
  /** Which result the arrow keys are at. */
  active = $state(0);
  /** How far the results were scrolled. */
  scrollTop = 0;

  conversations = $state.raw<ConversationRow[]>([]);
  hits = $state.raw<SearchHit[]>([]);
  /** A few notes beside texts, or what was asked for. */
  notes = $state.raw<NoteHit[]>([]);
  isNotes = $state(false);
  hasMoreNotes = $state(false);
  /** The calendar is shown beside results. */
  showsCalendar = $state(false);
  next = $state<number | null>(null);
  parts = $state.raw<SearchPartView[]>([]);
  problems = $state.raw<string[]>([]);
  suggestions = $state.raw<SearchSuggestion[]>([]);
  recent = $state.raw<string[]>([]);
  /** How many there are; `null` while that is not known. */
  count = $state.raw<{ counted: number; isMore: boolean } | null>(null);
  /** The query that the results belong to. */
  answered = $state('');
  busy = $state(false);
  error = $state<ApiError | null>(null);

  /** Groups that were opened up. */
  #opened = $state.raw<ReadonlySet<number>>(new Set());
  readonly groups = $derived(groupHits(this.hits, this.#opened));
  /** What the arrow keys walk over below the conversations: hits, and what opens up a group. */
  readonly rows: readonly ResultRow[] = $derived(
    this.grouped
      ? this.groups.flatMap((group): ResultRow[] => [
          ...group.shown.map((hit) => ({ hit, opens: null })),
          ...(group.hidden > 0 ? [{ hit: null, opens: group.conversationId }] : []),
        ])
      : this.hits.map((hit) => ({ hit, opens: null })),
  );

  readonly activity: ActivityStore;
  readonly saved: SavedSearches;
  readonly #backend: Backend;
  readonly #soon: ReturnType<typeof debounce>;
  #turn = 0;
  #loadingMore = false;
  /** What was given up when the page was left: looking, or counting. */
  #left: 'asking' | 'counting' | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.activity = new ActivityStore(backend);
    this.saved = new SavedSearches(backend);
    this.#soon = debounce(() => void this.#ask(), ASK_AFTER);
  }

  /** Shows the page: what can be typed, and what was looked for last. */
  async start(): Promise<void> {
    if (this.answered === '') void this.#suggest();
    const left = this.#left;
    this.#left = null;
    if (left === 'asking') void this.#ask();
    else if (left === 'counting') void this.#count(this.#turn);
    void this.saved.load();
    try {
      this.recent = await this.#backend.call('recent_searches');
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  /** The page is left: nobody waits for what is under way. Whoever comes back finds it taken up again. */
  leave(): void {
    this.#soon.flush();
    if (this.busy) this.#left = 'asking';
    else if (this.answered !== '' && this.count === null) this.#left = 'counting';
    this.#turn += 1;
    this.busy = false;
    this.activity.leave();
    void this.#backend.call('stop_search', { asker: 'page' }).catch(() => undefined);
  }

  /** Only what was on a day. */
  pickDay(day: string): void {
    this.submit([withoutDay(this.query), `on:${day} `].filter(Boolean).join(' '));
  }

  /** Something else was typed or picked. */
  type(query: string): void {
    this.query = query;
    this.active = 0;
    this.#soon();
    void this.#suggest();
  }

  /** Asks at once. */
  submit(query: string): void {
    this.type(query);
    this.#soon.flush();
  }

  openGroup(conversationId: number): void {
    this.#opened = new Set([...this.#opened, conversationId]);
  }

  /** The search led somewhere: it is worth remembering. */
  async remember(): Promise<void> {
    const text = this.query.trim();
    if (text === '') return;
    await this.#backend.call('remember_search', { text }).catch(() => undefined);
  }

  async forget(): Promise<void> {
    try {
      await this.#backend.call('clear_recent_searches');
      this.recent = [];
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  async more(): Promise<void> {
    if (this.next === null || this.#loadingMore || this.busy) return;
    this.#loadingMore = true;
    const turn = this.#turn;
    try {
      await this.#fill(turn, this.#found + PAGE);
    } catch (thrown) {
      if (turn === this.#turn) this.error = toApiError(thrown);
    } finally {
      this.#loadingMore = false;
    }
  }

  /** How much was found of what is asked for. */
  get #found(): number {
    return this.isNotes ? this.notes.length : this.hits.length;
  }

  async #suggest(): Promise<void> {
    const text = this.query;
    try {
      const suggestions = await this.#backend.call('suggest_search', { text });
      if (text === this.query) this.suggestions = suggestions;
    } catch {
      // Everything can be typed without them.
      this.suggestions = [];
    }
  }

  #clear(): void {
    this.conversations = [];
    this.hits = [];
    this.notes = [];
    this.isNotes = false;
    this.hasMoreNotes = false;
    this.next = null;
    this.parts = [];
    this.problems = [];
    this.count = null;
    this.answered = '';
    this.busy = false;
    this.error = null;
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    const query = this.query.trim();
    this.#opened = new Set();
    this.scrollTop = 0;
    if (query === '') {
      this.#clear();
      return;
    }
    this.busy = true;
    try {
      const page = await this.#page(null);
      if (turn !== this.#turn || page.stopped) return;
      this.conversations = page.conversations;
      this.hits = page.hits;
      this.notes = page.notes;
      this.isNotes = page.isNotes;
      this.hasMoreNotes = page.hasMoreNotes;
      this.next = page.next;
      this.parts = page.parts;
      this.problems = page.problems;
      this.count = page.next === null ? { counted: this.#found, isMore: false } : null;
      this.answered = query;
      this.error = null;
      if (page.next !== null) void this.#count(turn);
      await this.#fill(turn, PAGE);
    } catch (thrown) {
      if (turn === this.#turn) this.error = toApiError(thrown);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** A page can be short and go on: it is asked for until there is enough, or another question was asked. */
  async #fill(turn: number, wanted: number): Promise<void> {
    for (let empty = 0; this.next !== null && this.#found < wanted && empty < MOST_EMPTY; empty += 1) {
      const page = await this.#page(this.next);
      if (turn !== this.#turn || page.stopped) return;
      if (page.hits.length + page.notes.length > 0) empty = 0;
      this.hits = [...this.hits, ...page.hits];
      this.notes = [...this.notes, ...page.notes];
      this.next = page.next;
    }
  }

  async #count(turn: number): Promise<void> {
    try {
      const count = await this.#backend.call('count_hits', { query: this.query, conversationId: null, asker: 'page' });
      if (turn === this.#turn && !count.stopped) this.count = count;
    } catch {
      // The hits are there; how many there are is told another time.
    }
  }

  #page(before: number | null) {
    return this.#backend.call('search', { query: this.query, conversationId: null, before, limit: PAGE, asker: 'page' });
  }
}
