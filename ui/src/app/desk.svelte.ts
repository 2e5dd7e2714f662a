/** What the desk shows: which conversation, which panes, which dialogs; and the agent's acts on it. */
import { InboxStore } from '../features/inbox';
import { toApiError, type Backend, type Change, type ChangeFeed, type ConversationAct, type ConversationView } from '../ipc';
import { inOneLine } from '../lib/errors';
import type { Toasts } from '../ui';
import { DelayedAct } from './delayedAct';

const FINISH_AFTER = 5_000;

export type Side = 'details' | 'handset' | null;
export type Sheet = 'palette' | 'search' | 'settings' | 'shortcuts' | null;

export class Desk {
  readonly inbox: InboxStore;
  openId = $state<number | null>(null);
  around = $state<number | null>(null);
  /** Tells two openings of the same conversation apart. */
  opening = $state(0);
  view = $state.raw<ConversationView | null>(null);
  side = $state<Side>('details');
  sheet = $state<Sheet>(null);
  settingsPage = $state<string | null>(null);
  /** Said to screen readers when a text comes in. */
  announcement = $state('');
  busyAct = $state<ConversationAct | null>(null);

  readonly #backend: Backend;
  readonly #toasts: Toasts;
  readonly #finishing = new DelayedAct();

  constructor(backend: Backend, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
    this.inbox = new InboxStore(backend);
  }

  start(feed: ChangeFeed): () => void {
    const stops = [this.inbox.start(feed), feed.subscribe((change) => this.#onChange(change))];
    const flush = () => this.#finishing.flush();
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
      for (const stop of stops) stop();
    };
  }

  open(conversationId: number, around: number | null = null): void {
    if (conversationId === this.openId && around === null) return;
    if (conversationId !== this.openId) this.view = null;
    this.openId = conversationId;
    this.around = around;
    this.opening += 1;
  }

  close(): void {
    this.openId = null;
    this.view = null;
  }

  /** Opens the row after or before the open one. */
  step(by: 1 | -1): void {
    const row = this.inbox.neighbour(this.openId, by);
    if (row) this.open(row.id);
  }

  toggleSide(side: Exclude<Side, null>): void {
    this.side = this.side === side ? null : side;
  }

  openSettings(page: string | null = null): void {
    this.settingsPage = page;
    this.sheet = 'settings';
  }

  /** The open conversation's head came in; a conversation that became the agent's is followed to its list. */
  show(view: ConversationView): void {
    const before = this.view;
    this.view = view;
    if (before?.row.id === view.row.id && before.row.list === 'new' && view.row.list === 'ongoing' && this.inbox.list === 'new') {
      void this.inbox.show('ongoing');
    }
  }

  act(act: ConversationAct): void {
    if (this.openId === null || this.busyAct !== null) return;
    if (act === 'finish') this.#finishSoon(this.openId);
    else void this.#carryOut(this.openId, act);
  }

  /** Finishing can be taken back for a moment; meanwhile the next conversation is opened. */
  #finishSoon(conversationId: number): void {
    const name = this.view?.row.requester ?? 'the conversation';
    const next = this.inbox.neighbour(conversationId, 1) ?? this.inbox.neighbour(conversationId, -1);
    this.#finishing.plan(FINISH_AFTER, () => void this.#carryOut(conversationId, 'finish'));
    this.#toasts.show(`Finished with ${name}`, {
      stays: FINISH_AFTER,
      action: {
        label: 'Undo',
        run: () => {
          this.#finishing.cancel();
          this.open(conversationId);
        },
      },
    });
    if (next && next.id !== conversationId) this.open(next.id);
    else this.close();
  }

  async #carryOut(conversationId: number, act: ConversationAct): Promise<void> {
    this.busyAct = act;
    try {
      const view = await this.#backend.call('act_on_conversation', { conversationId, act });
      if (this.openId === conversationId) this.show(view);
    } catch (thrown) {
      this.#toasts.show(inOneLine(toApiError(thrown)), { tone: 'bad' });
    } finally {
      this.busyAct = null;
    }
  }

  #onChange(change: Change): void {
    // The OS notification was clicked.
    if (change.kind === 'open') this.open(change.conversationId);
    if (change.kind === 'arrived') this.announcement = `New text from ${change.title}`;
  }
}
