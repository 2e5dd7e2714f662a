/** The `/` picker's state: what was typed, what fits, what is chosen, and what it would cost. */
import type { Backend } from '../../ipc';
import { debounce } from '../../lib/coalesce';
import { findEntries, insertReply, slashQuery, type QuickAction, type SlashEntry, type SlashQuery } from './slash';

const MEASURE_AFTER = 40;

export class SlashStore {
  query = $state.raw<SlashQuery | null>(null);
  active = $state(0);
  /** Parts of the whole text if the chosen reply were put in; `null` while that is not known. */
  partsAfter = $state<number | null>(null);
  /** The replies are being fetched: what fits is not known yet. */
  loading = $state(false);

  readonly #backend: Backend;
  readonly #conversationId: number;
  readonly #measure: ReturnType<typeof debounce>;
  #replies = $state.raw<SlashEntry[]>([]);
  #actions = $state.raw<SlashEntry[]>([]);
  #text = '';
  /** Where a picker that was closed with Escape began: it stays closed for that slash. */
  #dismissed: number | null = null;
  #turn = 0;
  #loads = 0;
  /** What to do with the chosen one once it is known, asked for while the replies were being fetched. */
  #wanted: (() => void) | null = null;

  constructor(backend: Backend, conversationId: number) {
    this.#backend = backend;
    this.#conversationId = conversationId;
    this.#measure = debounce(() => void this.#measureActive(), MEASURE_AFTER);
  }

  readonly entries = $derived(this.query === null || this.loading ? [] : findEntries([...this.#replies, ...this.#actions], this.query.query));
  readonly chosen = $derived(this.entries[this.active] ?? null);
  readonly open = $derived(this.query !== null && (this.loading || this.entries.length > 0 || this.query.query === ''));

  /** The text or the caret has changed. */
  follow(text: string, caret: number, actions: readonly QuickAction[]): void {
    const query = slashQuery(text, caret);
    if (query === null || query.start !== this.#dismissed) this.#dismissed = null;
    if (query === null || this.#dismissed !== null) {
      this.close();
      return;
    }
    const wasOpen = this.query !== null;
    const sameQuery = this.query?.query === query.query;
    this.#text = text;
    this.query = query;
    if (!sameQuery) {
      this.active = 0;
      this.#wanted = null;
    }
    if (!wasOpen) {
      this.#actions = actions.map(({ name, title }) => ({ id: `action-${name}`, kind: 'action', shortName: name, title, text: '', segments: 0 }));
      void this.#load();
    }
    this.#measure();
  }

  move(by: number): void {
    const count = this.entries.length;
    if (count === 0) return;
    this.active = (this.active + by + count) % count;
    this.#measure();
  }

  point(index: number): void {
    if (index === this.active) return;
    this.active = index;
    this.#measure();
  }

  /** Closes it; the same slash does not open it again. */
  dismiss(): void {
    this.#dismissed = this.query?.start ?? null;
    this.close();
  }

  close(): void {
    this.query = null;
    this.#wanted = null;
  }

  /** Runs `choose` with the chosen one, at once or as soon as it is known; answers whether there is, or may be, one. */
  choose(choose: () => void): boolean {
    if (this.loading) this.#wanted = choose;
    else if (this.chosen) choose();
    else return false;
    return true;
  }

  async #load(): Promise<void> {
    const load = ++this.#loads;
    this.loading = true;
    // The picker is still good for its actions when the replies cannot be had.
    const replies = await this.#backend.call('filled_replies', { conversationId: this.#conversationId }).catch(() => []);
    if (load !== this.#loads) return;
    this.#replies = replies.map((reply) => ({ ...reply, kind: 'reply' }));
    this.loading = false;
    const wanted = this.#wanted;
    this.#wanted = null;
    if (this.chosen && wanted) wanted();
    else this.#measure();
  }

  async #measureActive(): Promise<void> {
    const turn = ++this.#turn;
    const { query, chosen } = this;
    this.partsAfter = null;
    if (query === null || chosen?.kind !== 'reply') return;
    try {
      const { segments } = await this.#backend.call('measure_text', { body: insertReply(this.#text, query, chosen.text).text });
      if (turn === this.#turn) this.partsAfter = segments;
    } catch {
      this.partsAfter = null;
    }
  }
}
