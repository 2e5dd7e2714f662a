/** Snooze, pins, notes, views and conditions of the fake: enough to design with, decided nowhere else. */
import type { CommandTable, Seams } from './commands';
import { refuse } from './commands';
import { counts } from './queries';
import { viewOf, type FakeConversation } from './world';
import type { ConditionView, FactView } from '../bindings';

type DeskCommands = Pick<
  CommandTable,
  | 'snooze_conversation'
  | 'read_time'
  | 'pin_conversation'
  | 'mark_unread'
  | 'notes'
  | 'write_note'
  | 'edit_note'
  | 'delete_note'
  | 'history'
  | 'subscription_view'
  | 'answer_stop_question'
  | 'consent_history'
  | 'export_consents'
  | 'condition_facts'
  | 'check_condition'
  | 'saved_views'
  | 'replace_saved_views'
  | 'list_view'
  | 'messaging_actions'
  | 'check_messaging_action'
  | 'replace_messaging_actions'
  | 'rehearse_messaging_actions'
  | 'wrap_up_settings'
  | 'check_wrap_up_settings'
  | 'save_wrap_up_settings'
  | 'save_wrap_up'
  | 'end_wrap_up'
>;

const HOUR = 3_600_000;
const FACTS: FactView[] = [
  {
    name: 'state',
    label: 'State',
    kind: {
      kind: 'choice',
      choices: [
        { word: 'new', label: 'New' },
        { word: 'work_in_progress', label: 'In progress' },
        { word: 'on_hold', label: 'On hold' },
      ],
    },
    operators: ['is', 'isNot', 'isAnyOf'],
    onArrival: false,
  },
  { name: 'waiting_minutes', label: 'Minutes without an answer', kind: { kind: 'number' }, operators: ['atLeast', 'atMost', 'is', 'isNot'], onArrival: false },
  { name: 'pinned', label: 'Pinned', kind: { kind: 'flag' }, operators: ['is', 'isNot'], onArrival: false },
  { name: 'requester_number', label: "Customer's number", kind: { kind: 'text' }, operators: ['is', 'isNot', 'startsWith', 'contains', 'containsNot'], onArrival: true },
];

const good = (text: string): ConditionView => ({
  text,
  form: text === 'pinned' ? { any: false, rows: [{ fact: 'pinned', operator: 'is', value: { kind: 'nothing' } }] } : { any: false, rows: [] },
  problems: [],
});

export function deskCommands(seams: Seams, conversationOf: (id: number) => FakeConversation): DeskCommands {
  const { world, changed } = seams;
  const withNote = (id: string) => {
    for (const conversation of world.conversations.values()) {
      const note = conversation.notes.find((it) => it.id === id);
      if (note) return { conversation, note };
    }
    return refuse('notFound', 'There is no such note any more.');
  };
  const inView = (): FakeConversation[] => [...world.conversations.values()].filter((it) => it.row.list !== 'done' && it.row.pinned);

  return {
    snooze_conversation: ({ conversationId, until }) => {
      const conversation = conversationOf(conversationId);
      conversation.row.snoozedUntil = until;
      changed(conversation);
      return viewOf(world, conversation);
    },
    read_time: ({ text }) => {
      const hours = /^(?:in )?(\d+) ?h/.exec(text)?.[1];
      const known: Record<string, number> = { 'in 20 minutes': HOUR / 3, 'this evening': 6 * HOUR, 'tomorrow morning': 20 * HOUR, 'next week': 90 * HOUR };
      const after = hours === undefined ? known[text] : Number(hours) * HOUR;
      return after === undefined ? { at: null, problem: 'This is no time; try 20m, 2h, tomorrow 14:30, Tue 9 or next week.' } : { at: world.now() + after, problem: null };
    },
    pin_conversation: ({ conversationId, pinned }) => {
      const conversation = conversationOf(conversationId);
      conversation.row.pinned = pinned;
      changed(conversation);
      return viewOf(world, conversation);
    },
    mark_unread: ({ conversationId }) => {
      const conversation = conversationOf(conversationId);
      const last = conversation.messages.findLast((it) => it.direction === 'inbound');
      if (last) conversation.readUpTo = last.position - 1;
      changed(conversation);
    },
    notes: ({ conversationId }) => conversationOf(conversationId).notes,
    write_note: ({ conversationId, noteId, body }) => {
      const conversation = conversationOf(conversationId);
      const note = { id: noteId, at: world.now(), editedAt: null, author: world.settings.agentName, own: true, body, whisperedTo: [] };
      conversation.notes.push(note);
      changed(conversation);
      return note;
    },
    edit_note: ({ noteId, body }) => {
      const { conversation, note } = withNote(noteId);
      note.body = body;
      note.editedAt = world.now();
      changed(conversation);
      return note;
    },
    delete_note: ({ noteId }) => {
      const { conversation } = withNote(noteId);
      conversation.notes = conversation.notes.filter((it) => it.id !== noteId);
      changed(conversation);
    },
    history: () => [],
    subscription_view: ({ conversationId }) => {
      const conversation = conversationOf(conversationId);
      const out = conversation.row.optedOut;
      return {
        personId: null,
        isLinked: false,
        notifications: false,
        notificationsWords: 'Off. Notifications need a number that is linked to an account.',
        blockedSince: out ? conversation.row.lastAt : null,
        textsWords: out ? 'They opted out with STOP. Only they can undo it, by texting START.' : 'They get texts from this number.',
        mayUnlock: false,
        history: [],
      };
    },
    answer_stop_question: ({ conversationId }) => viewOf(world, conversationOf(conversationId)),
    consent_history: () => [],
    export_consents: () => ({ fileName: 'tern-consent.csv', contentType: 'text/csv', content: '' }),
    condition_facts: () => FACTS,
    check_condition: (draft) => (draft.kind === 'text' ? good(draft.text) : { ...good('pinned'), form: draft.form }),
    saved_views: () => world.views.map((it) => ({ ...it, count: it.scope === 'texts' ? 0 : inView().length })),
    replace_saved_views: ({ views }) => {
      world.views = views.map((it) => ({ ...it, condition: good(it.condition), count: inView().length, unread: 0 }));
      seams.tell({ kind: 'views' });
      return world.views;
    },
    messaging_actions: () => world.actions,
    check_messaging_action: (draft) => (draft.name.trim() === '' ? [{ field: 'name', words: 'Give it a name.' }] : []),
    replace_messaging_actions: ({ actions }) => {
      world.actions = actions.map((it) => ({ ...it, filter: good(it.filter) }));
      return world.actions;
    },
    rehearse_messaging_actions: () => ({ lookedAt: world.conversations.size, total: world.conversations.size, next: null, firings: [] }),
    wrap_up_settings: () => world.wrapUp,
    check_wrap_up_settings: () => [],
    save_wrap_up_settings: (settings) => (world.wrapUp = settings),
    save_wrap_up: () => refuse('notAllowed', 'This wrap-up is over.'),
    end_wrap_up: () => refuse('notAllowed', 'This wrap-up is over.'),
    list_view: () => ({ rows: inView().map(({ row }) => ({ ...row })), next: null, counts: counts(world), revision: world.status.revision }),
  };
}
