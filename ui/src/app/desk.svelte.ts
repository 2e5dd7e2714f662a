/** What the desk shows: which conversation, which panes, which dialogs; and the agent's acts on it. */
import { InboxStore, type ListChoice } from '../features/inbox';
import type { Writing } from '../features/notes';
import { SearchStore } from '../features/search';
import type { TransferPlace } from '../features/team';
import type { SettingEntry } from '../features/settings';
import { toApiError, type Backend, type Change, type ChangeFeed, type ConversationAct, type ConversationView, type ExportScope } from '../ipc';
import { inOneLine } from '../lib/errors';
import { fullTime } from '../lib/time';
import type { Toasts } from '../ui';
import { DelayedAct } from './delayedAct';

const FINISH_AFTER = 5_000;
/** So long a wrap-up that was left can be gone back to. */
const LEAVE_AFTER = 6_000;

export type Side = 'details' | 'handset' | null;
export type Sheet =
  | 'hold'
  | 'newMessage'
  | 'palette'
  | 'settings'
  | 'shortcuts'
  | 'signIn'
  | 'snooze'
  | 'transfer'
  | 'views'
  | 'why'
  | null;

/** Where an agent is at the desk: numbers and choices, nothing of a customer. */
export interface Place {
  openId: number | null;
  list: ListChoice;
  page: Desk['page'];
  side: Side;
  writing: Writing;
}

export class Desk {
  readonly inbox: InboxStore;
  openId = $state<number | null>(null);
  around = $state<number | null>(null);
  /** The note that was searched for. */
  noteId = $state<string | null>(null);
  /** Tells two openings of the same conversation apart. */
  opening = $state(0);
  view = $state.raw<ConversationView | null>(null);
  side = $state<Side>('details');
  sheet = $state<Sheet>(null);
  settingsPage = $state<string | null>(null);
  /** The setting to be brought into sight. */
  setting = $state.raw<SettingEntry | null>(null);
  /** Where the hand-over starts. */
  transferTo = $state<TransferPlace | null>(null);
  /** The saved view to be changed; `null` for a new one. */
  viewId = $state<string | null>(null);
  /** What is being written in the open conversation. */
  writing = $state<Writing>('text');
  page = $state<'inbox' | 'people' | 'topics' | 'search' | 'insights'>('inbox');
  readonly search: SearchStore;
  /** What is open was opened from the results. */
  fromSearch = $state(false);
  /** Whom the new-message dialog starts with. */
  writeTo = $state<string | null>(null);
  /** What is to be exported; `null` while nothing is. */
  exporting = $state.raw<ExportScope | null>(null);
  /** Said to screen readers when a text comes in. */
  announcement = $state('');
  busyAct = $state<ConversationAct | null>(null);

  readonly #backend: Backend;
  readonly #toasts: Toasts;
  readonly #finishing = new DelayedAct();
  readonly #leaving = new DelayedAct();
  /** The conversation whose wrap-up was left. */
  #left: number | null = null;

  constructor(backend: Backend, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
    this.inbox = new InboxStore(backend);
    this.search = new SearchStore(backend);
  }

  /** Opens the dialog that exports; also for what a search finds: `{ kind: 'filter', query }`. */
  openExport(scope: ExportScope): void {
    this.sheet = null;
    this.exporting = scope;
  }

  exportConversation(): void {
    if (this.openId !== null) this.openExport({ kind: 'conversation', conversationId: this.openId });
  }

  start(feed: ChangeFeed): () => void {
    const stops = [this.inbox.start(feed), feed.subscribe((change) => this.#onChange(change))];
    const flush = () => {
      this.#finishing.flush();
      this.#leaving.flush();
    };
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
      for (const stop of stops) stop();
    };
  }

  place(): Place {
    return { openId: this.openId, list: this.inbox.list, page: this.page, side: this.side, writing: this.writing };
  }

  /** Goes back to where the agent was. */
  goTo(place: Place): void {
    this.inbox.list = place.list;
    if (place.openId !== null) this.open(place.openId);
    this.page = place.page;
    this.side = place.side;
    this.writing = place.writing;
  }

  /** Opens the new-message dialog, perhaps with somebody chosen already. */
  newMessage(personId: string | null = null): void {
    this.writeTo = personId;
    this.sheet = 'newMessage';
  }

  /** The search page, with the results as they were left. */
  goToSearch(): void {
    this.page = 'search';
  }

  /** The search page, with what was saved. */
  searchFor(query: string): void {
    this.search.submit(query);
    this.goToSearch();
  }

  /** Opens what was found; from there is a way back to the results. */
  openFound(conversationId: number, position: number | null, noteId: string | null = null): void {
    this.open(conversationId, position);
    this.fromSearch = true;
    this.noteId = noteId;
  }

  open(conversationId: number, around: number | null = null): void {
    this.page = 'inbox';
    this.fromSearch = false;
    this.noteId = null;
    if (conversationId === this.openId && around === null) return;
    if (conversationId === this.#left) this.#comeBack();
    if (conversationId !== this.openId) {
      this.#leaveWrapUp();
      this.view = null;
      this.writing = 'text';
    }
    this.openId = conversationId;
    this.around = around;
    this.opening += 1;
  }

  /** Opens what was just accepted, in the list where it now is. */
  openAccepted(conversationId: number): void {
    this.open(conversationId);
    if (this.inbox.list === 'new') void this.inbox.show('ongoing');
  }

  /** Somebody else sits here now: what the one before was writing and reading is not carried on. */
  seatChanged(): void {
    this.writing = 'text';
    if (this.openId !== null) this.opening += 1;
  }

  /** Opens the dialog that hands the open conversation on, perhaps with the agents or the queues in focus. */
  handOn(to: TransferPlace | null = null): void {
    this.transferTo = to;
    this.sheet = 'transfer';
  }

  editViews(viewId: string | null): void {
    this.viewId = viewId;
    this.sheet = 'views';
  }

  close(): void {
    this.#leaveWrapUp();
    this.openId = null;
    this.writing = 'text';
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
    this.setting = null;
    this.sheet = 'settings';
  }

  /** Opens the settings where this one is. */
  openSetting(setting: SettingEntry): void {
    this.settingsPage = setting.page;
    this.setting = setting;
    this.sheet = 'settings';
  }

  /** The open conversation's head came in; a conversation that became the agent's is followed to its list. */
  show(view: ConversationView): void {
    const before = this.view;
    this.view = view;
    const waited = before?.row.id === view.row.id && (before.row.list === 'new' || before.row.list === 'withVirtualAgent');
    if (waited && view.row.list === 'ongoing' && this.inbox.list === before.row.list) {
      void this.inbox.show('ongoing');
    }
  }

  act(act: ConversationAct): void {
    if (this.openId === null || this.busyAct !== null) return;
    // A wrap-up begins at once and where the agent is; what only closes can be taken back for a moment.
    if (act === 'finish' && !this.view?.wrapsUp) this.#finishSoon(this.openId, act);
    else if (act === 'finishWithoutWrapUp') this.#finishSoon(this.openId, act);
    else void this.#carryOut(this.openId, act);
  }

  /** Finishing can be taken back for a moment; meanwhile the next conversation is opened. */
  #finishSoon(conversationId: number, act: ConversationAct): void {
    const name = this.view?.row.requester ?? 'the conversation';
    this.#finishing.plan(FINISH_AFTER, () => void this.#carryOut(conversationId, act));
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
    this.#leave(conversationId);
  }

  /** Puts the open conversation away, or brings it back; either can be taken back. */
  snooze(until: number | null): void {
    const { openId, view } = this;
    if (openId === null || !view) return;
    const before = view.row.snoozedUntil;
    const leaves = until !== null && before === null;
    if (leaves) this.#leave(openId);
    void this.#setSnooze(openId, until, () => {
      const words = until === null ? `${view.row.requester} is back in the list` : `${view.row.requester} sleeps until ${fullTime(until)}`;
      this.#toasts.show(words, {
        action: {
          label: 'Undo',
          run: () => void this.#setSnooze(openId, before, () => leaves && this.open(openId)),
        },
      });
    });
  }

  async #setSnooze(conversationId: number, until: number | null, then: () => void): Promise<void> {
    await this.#guarded(async () => {
      const view = await this.#backend.call('snooze_conversation', { conversationId, until });
      if (this.openId === conversationId) this.show(view);
      then();
    });
  }

  togglePin(): void {
    const { openId, view } = this;
    if (openId === null || !view) return;
    void this.#guarded(async () => {
      const after = await this.#backend.call('pin_conversation', { conversationId: openId, pinned: !view.row.pinned });
      if (this.openId === openId) this.show(after);
    });
  }

  /** Counts the newest text as unread again, and leaves the conversation so that it stays so. */
  markUnread(): void {
    const { openId, view } = this;
    if (openId === null || !view) return;
    this.close();
    void this.#guarded(async () => {
      await this.#backend.call('mark_unread', { conversationId: openId });
      this.#toasts.show(`${view.row.requester} is unread again`);
    });
  }

  /** W-3: leaving a conversation ends its wrap-up. The agent is told, and can go back for a moment. */
  #leaveWrapUp(): void {
    const { openId, view } = this;
    const wrapUp = view?.wrapUp;
    if (openId === null || !view || !wrapUp?.isMine) return;
    this.#leaving.plan(LEAVE_AFTER, () => {
      this.#left = null;
      void this.#guarded(() => this.#endWrapUp(wrapUp.interactionId));
    });
    this.#left = openId;
    this.#toasts.show(`You left ${view.row.requester}: the wrap-up ends`, {
      stays: LEAVE_AFTER,
      action: { label: 'Go back', run: () => this.open(openId) },
    });
  }

  /** One that its time or somebody else has ended meanwhile is as it should be. */
  async #endWrapUp(interactionId: string): Promise<void> {
    try {
      await this.#backend.call('end_wrap_up', { interactionId, left: true });
    } catch (thrown) {
      if (toApiError(thrown).code !== 'notAllowed') throw thrown;
    }
  }

  #comeBack(): void {
    this.#leaving.cancel();
    this.#left = null;
  }

  #leave(conversationId: number): void {
    const next = this.inbox.neighbour(conversationId, 1) ?? this.inbox.neighbour(conversationId, -1);
    if (next && next.id !== conversationId) this.open(next.id);
    else this.close();
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#toasts.show(inOneLine(toApiError(thrown)), { tone: 'bad' });
    }
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
    if (change.kind === 'arrived') this.announcement = change.offer ? `${change.title} is offered to you` : `New text from ${change.title}`;
  }
}
