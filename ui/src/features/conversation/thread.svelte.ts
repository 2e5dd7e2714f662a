/**
 * One open thread: a window of its texts that grows at either end and is asked for again when the
 * conversation changed. The unread divider stays where it was when the thread was opened.
 */
import { toApiError, type Anchor, type ApiError, type Backend, type ChangeFeed, type ConversationView, type MessagePage, type MessageView } from '../../ipc';
import { coalesce } from '../../lib/coalesce';

const PAGE = 60;
const LARGEST_PAGE = 200;
/** More than this many texts are not kept; the far end is dropped. */
const KEPT = 600;

export class ThreadStore {
  readonly conversationId: number;
  view = $state.raw<ConversationView | null>(null);
  messages = $state.raw<MessageView[]>([]);
  hasOlder = $state(false);
  hasNewer = $state(false);
  /** The next change of `messages` is at their start; the list then keeps its place from the end. */
  atStart = $state(false);
  /** Position of the first unread text when the thread was opened. */
  divider = $state<number | null>(null);
  /** Position to draw attention to, after a search. */
  highlighted = $state<number | null>(null);
  /** Grows whenever the window was replaced and has to be positioned anew. */
  placed = $state(0);
  loaded = $state(false);
  error = $state<ApiError | null>(null);

  readonly #backend: Backend;
  readonly #refresh: () => Promise<void>;
  #work: Promise<void> = Promise.resolve();
  #seen = Number.NEGATIVE_INFINITY;
  /** Failures that were reported as seen: one that is no longer news would otherwise be reported for ever. */
  readonly #failuresSeen = new Set<string>();

  constructor(backend: Backend, conversationId: number) {
    this.#backend = backend;
    this.conversationId = conversationId;
    this.#refresh = coalesce(() => this.#inTurn(() => this.#reload()));
  }

  /** Listens, then opens at the unread mark, or around a text that was searched for. */
  start(feed: ChangeFeed, around: number | null): () => void {
    const stop = feed.subscribe((change) => {
      const mine = change.kind === 'conversation' && change.conversationId === this.conversationId;
      if (mine || change.kind === 'everything') void this.#refresh();
      // What the virtual agent may do here is part of the head.
      if (change.kind === 'settings' || change.kind === 'topics') void this.#inTurn(() => this.#loadHead());
    });
    void this.open(around === null ? { kind: 'unread' } : { kind: 'around', position: around });
    return stop;
  }

  open(anchor: Anchor): Promise<void> {
    return this.#inTurn(async () => {
      const [page] = await Promise.all([this.#page(anchor, PAGE), this.#loadHead()]);
      this.atStart = false;
      this.messages = page.messages;
      this.hasOlder = page.hasOlder;
      this.hasNewer = page.hasNewer;
      if (anchor.kind === 'unread') this.divider = page.firstUnread;
      this.highlighted = anchor.kind === 'around' ? anchor.position : null;
      this.loaded = true;
      this.placed += 1;
    });
  }

  loadOlder(): Promise<void> {
    return this.#inTurn(async () => {
      const first = this.messages[0];
      if (!first || !this.hasOlder) return;
      const page = await this.#page({ kind: 'before', position: first.position }, PAGE);
      this.atStart = true;
      this.messages = [...page.messages, ...this.messages];
      this.hasOlder = page.hasOlder;
    });
  }

  loadNewer(): Promise<void> {
    return this.#inTurn(async () => {
      const last = this.messages[this.messages.length - 1];
      if (!last || !this.hasNewer) return;
      const page = await this.#page({ kind: 'after', position: last.position }, PAGE);
      this.atStart = false;
      this.messages = [...this.messages, ...page.messages];
      this.hasNewer = page.hasNewer;
    });
  }

  /** Asks again for what is shown, after something went wrong. */
  retry(): Promise<void> {
    return this.#refresh();
  }

  /** Drops texts far from what is looked at; called when scrolling has come to rest. */
  trim(looksAtEnd: boolean): void {
    const excess = this.messages.length - KEPT;
    if (excess <= 0) return;
    if (looksAtEnd) {
      this.atStart = true;
      this.messages = this.messages.slice(excess);
      this.hasOlder = true;
    } else {
      this.atStart = false;
      this.messages = this.messages.slice(0, KEPT);
      this.hasNewer = true;
    }
  }

  /** Shows a text that was just sent, without waiting for the change event. */
  echo(message: MessageView): void {
    this.divider = null;
    if (this.hasNewer) return void this.open({ kind: 'latest' });
    if (this.messages.some((it) => it.id === message.id)) return;
    this.atStart = false;
    // It is newer than what the carrier has told of. Texts of a file may stand anywhere: by position they are older.
    const before = this.messages.findLastIndex((it) => it.position < message.position);
    this.messages = this.messages.toSpliced(before + 1, 0, message);
  }

  /** The agent has seen everything up to this text, failures included. */
  async markSeen(text: MessageView): Promise<void> {
    // Among texts of a file the one that was seen last need not have the highest position.
    const seen = this.messages.slice(0, this.messages.findIndex((it) => it.id === text.id) + 1);
    const position = seen.reduce((highest, it) => Math.max(highest, it.position), text.position);
    const row = this.view?.row;
    const failures = row?.needsAttention
      ? this.messages.filter((it) => it.delivery.mark === 'failed' && it.position <= position && !this.#failuresSeen.has(it.id))
      : [];
    if (failures.length === 0 && ((row?.unread ?? 0) === 0 || position <= this.#seen)) return;
    const before = this.#seen;
    this.#seen = Math.max(before, position);
    for (const failure of failures) this.#failuresSeen.add(failure.id);
    try {
      await this.#backend.call('mark_read', { conversationId: this.conversationId, upTo: position });
    } catch (thrown) {
      this.#seen = before;
      for (const failure of failures) this.#failuresSeen.delete(failure.id);
      this.error = toApiError(thrown);
    }
  }

  #page(anchor: Anchor, limit: number): Promise<MessagePage> {
    return this.#backend.call('list_messages', { conversationId: this.conversationId, anchor, limit });
  }

  async #loadHead(): Promise<void> {
    this.view = await this.#backend.call('conversation', { conversationId: this.conversationId });
  }

  /** Asks again for the whole window, and for what came after it where the window reaches the end. */
  async #reload(): Promise<void> {
    const first = this.messages[0];
    const last = this.messages[this.messages.length - 1];
    await this.#loadHead();
    if (!first || !last) {
      const page = await this.#page({ kind: 'latest' }, PAGE);
      this.atStart = false;
      this.messages = page.messages;
      this.hasOlder = page.hasOlder;
      this.hasNewer = false;
      this.placed += 1;
      return;
    }
    const toEnd = !this.hasNewer;
    const fresh: MessageView[] = [];
    let anchor: Anchor = { kind: 'from', position: first.position };
    let end: number;
    let more: boolean;
    let firstUnread: number | null;
    do {
      const page = await this.#page(anchor, LARGEST_PAGE);
      fresh.push(...page.messages);
      more = page.hasNewer && page.messages.length > 0;
      firstUnread = page.firstUnread;
      const read = page.messages[page.messages.length - 1];
      if (read) anchor = { kind: 'after', position: read.position };
      end = fresh.findIndex((it) => it.id === last.id);
      // The last one may have been removed meanwhile.
    } while (more && (toEnd || (end < 0 && fresh.length < this.messages.length)));
    const kept = toEnd || end < 0 ? fresh : fresh.slice(0, end + 1);
    this.atStart = false;
    this.messages = kept;
    this.hasNewer = toEnd ? false : more || kept.length < fresh.length;
    // Texts that come while nobody looks get a divider of their own.
    if (firstUnread !== null && this.divider === null && !document.hasFocus()) this.divider = firstUnread;
  }

  /** One change of the window at a time: two pages in flight would overtake each other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      try {
        await work();
        this.error = null;
      } catch (thrown) {
        this.error = toApiError(thrown);
        this.loaded = true;
      }
    });
    return this.#work;
  }
}
