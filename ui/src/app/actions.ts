/** Everything the desk can do, once: the palette lists it, the shortcut sheet shows its keys, the keyboard runs it. */
import type { PaletteAction } from '../features/palette';
import type { Writing } from '../features/notes';
import { ACTS, actsFor, helpActFor } from '../features/requester';
import { ENTRIES, pageLabel } from '../features/settings';
import type { TeamStore } from '../features/team';
import type { ConversationAct, Settings, Theme } from '../ipc';
import { MOD } from '../lib/platform';
import type { Desk } from './desk.svelte';

export interface ActionSeams {
  desk: Desk;
  practice: boolean;
  settings: Settings;
  focusList: () => void;
  focusComposer: () => void;
  find: () => void;
  goToDay: () => void;
  team: TeamStore;
  acceptOffer: () => void;
  rejectOffer: () => void;
  endWrapUp: () => void;
  save: (change: Partial<Settings>) => void;
  lock: () => void;
  /** Ends the program; a page in a browser has none to end. */
  quit: (() => void) | undefined;
}

const ACT_KEYS: Record<ConversationAct, string> = { take: 'T', putBack: 'B', hold: 'H', resume: 'H', finish: 'E', finishWithoutWrapUp: '', askForHelp: '!', endHelp: '!' };

const THEMES: readonly { theme: Theme; label: string }[] = [
  { theme: 'system', label: 'Colours as the system has them' },
  { theme: 'light', label: 'Light colours' },
  { theme: 'dark', label: 'Dark colours' },
  { theme: 'highContrast', label: 'High contrast' },
];

export function actionsFor(seams: ActionSeams): PaletteAction[] {
  const { desk, practice, settings, focusList, focusComposer, find, goToDay, team, acceptOffer, rejectOffer, endWrapUp, save, lock, quit } = seams;
  const open = desk.openId !== null;
  const inThread = open && desk.page === 'inbox';
  const canWhisper = (desk.view?.liveGroup?.whisperReaches.length ?? 0) > 0;
  const supervises = !team.alone && (team.view?.iSupervise ?? false);
  const write = (writing: Writing): void => {
    desk.writing = writing;
    requestAnimationFrame(focusComposer);
  };
  return [
    { id: 'palette', group: 'General', label: 'Commands', keys: `${MOD} K`, whileTyping: true, hidden: true, run: () => (desk.sheet = 'palette') },
    { id: 'search', group: 'General', label: 'Search everything', keys: `${MOD} Shift F`, whileTyping: true, run: () => desk.goToSearch() },
    { id: 'search-slash', group: 'General', label: 'Search everything', keys: '/', hidden: true, run: () => desk.goToSearch() },
    { id: 'search-mod', group: 'General', label: 'Search everything', keys: `${MOD} F`, whileTyping: true, hidden: true, available: !inThread, run: () => desk.goToSearch() },
    { id: 'save-search', group: 'General', label: 'Save this search', keys: null, available: desk.page === 'search' && desk.search.query.trim() !== '', run: () => desk.search.saved.name(desk.search.query) },
    ...desk.inbox.searches.map((search): PaletteAction => ({
      id: `search-${search.id}`,
      group: 'General',
      label: `Search: ${search.name}`,
      keys: null,
      words: search.condition.text,
      run: () => desk.searchFor(search.condition.text),
    })),
    { id: 'find', group: 'Conversation', label: 'Find in this conversation', keys: `${MOD} F`, whileTyping: true, available: inThread, run: find },
    { id: 'go-to-day', group: 'Conversation', label: 'Go to a day', keys: `${MOD} J`, whileTyping: true, available: inThread, run: goToDay },
    { id: 'back-to-results', group: 'General', label: 'Back to the results', keys: null, available: desk.fromSearch && desk.page === 'inbox', run: () => desk.goToSearch() },
    { id: 'new-message', group: 'General', label: 'New message', keys: 'C', run: () => desk.newMessage() },
    { id: 'new-message-mod', group: 'General', label: 'New message', keys: `${MOD} N`, whileTyping: true, hidden: true, run: () => desk.newMessage() },
    { id: 'people', group: 'General', label: 'People', keys: 'D', run: () => (desk.page = 'people') },
    { id: 'topics', group: 'General', label: 'Topics of the virtual agent', keys: 'O', run: () => (desk.page = 'topics') },
    { id: 'insights', group: 'General', label: 'Insights', keys: 'I', run: () => (desk.page = 'insights') },
    { id: 'settings', group: 'General', label: 'Settings', keys: `${MOD} ,`, whileTyping: true, run: () => desk.openSettings() },
    { id: 'messaging-actions', group: 'General', label: 'Messaging actions', keys: null, run: () => desk.openSettings('actions') },
    { id: 'virtual-agent', group: 'General', label: 'Virtual agent settings', keys: null, run: () => desk.openSettings('virtualAgent') },
    { id: 'tables', group: 'General', label: 'Tables', keys: null, run: () => desk.openSettings('tables') },
    { id: 'import-history', group: 'General', label: 'Import texts of another system', keys: null, words: 'history migrate Twilio log Chatwoot Zammad CSV JSON', run: () => desk.openSettings('histories') },
    { id: 'wrap-up', group: 'General', label: 'Wrap-up settings', keys: null, run: () => desk.openSettings('wrapUp') },
    { id: 'shortcuts', group: 'General', label: 'Keyboard shortcuts', keys: '?', run: () => (desk.sheet = 'shortcuts') },
    { id: 'lock', group: 'General', label: 'Lock Tern', keys: `${MOD} L`, whileTyping: true, run: lock },
    { id: 'quit', group: 'General', label: 'Quit Tern', keys: `${MOD} Q`, whileTyping: true, available: quit !== undefined, run: () => quit?.() },

    { id: 'list-new', group: 'Lists', label: 'Show New', keys: '1', run: () => void desk.inbox.show('new') },
    { id: 'list-ongoing', group: 'Lists', label: 'Show Ongoing', keys: '2', run: () => void desk.inbox.show('ongoing') },
    { id: 'list-done', group: 'Lists', label: 'Show Done', keys: '3', run: () => void desk.inbox.show('done') },
    { id: 'list-snoozed', group: 'Lists', label: 'Show Snoozed', keys: '4', run: () => void desk.inbox.show('snoozed') },
    { id: 'list-help-wanted', group: 'Lists', label: 'Show Help wanted', keys: '5', available: supervises, run: () => void desk.inbox.show('helpWanted') },
    { id: 'list-with-virtual-agent', group: 'Lists', label: 'Show With the virtual agent', keys: '6', run: () => void desk.inbox.show('withVirtualAgent') },
    ...desk.inbox.views.map((view): PaletteAction => ({
      id: `view-${view.id}`,
      group: 'Lists',
      label: `Show ${view.name}`,
      keys: null,
      run: () => void desk.inbox.show(`view:${view.id}`),
    })),
    { id: 'views', group: 'Lists', label: 'New saved view', keys: 'V', run: () => desk.editViews(null) },
    { id: 'go-list', group: 'Lists', label: 'Go to the list', keys: 'G', run: focusList },
    { id: 'next', group: 'Lists', label: 'Open the next conversation', keys: 'J', run: () => desk.step(1) },
    { id: 'previous', group: 'Lists', label: 'Open the previous conversation', keys: 'K', run: () => desk.step(-1) },

    { id: 'write', group: 'Conversation', label: 'Write a text', keys: 'R', available: open, run: () => write('text') },
    ...(['take', 'hold', 'resume', 'putBack', 'finish'] as const).map((act): PaletteAction => ({
      id: `act-${act}`,
      group: 'Conversation',
      label: `${ACTS[act].label} the conversation`,
      keys: ACT_KEYS[act],
      available: open && actsFor(desk.view?.interaction ?? null, desk.view?.virtualAgent).includes(act),
      run: () => desk.act(act),
    })),
    { id: 'act-finish-at-once', group: 'Conversation', label: 'Finish the conversation without wrap-up', keys: null, available: open && (desk.view?.wrapsUp ?? false), run: () => desk.act('finishWithoutWrapUp') },
    { id: 'end-wrap-up', group: 'Conversation', label: 'End the wrap-up', keys: 'E', available: open && (desk.view?.wrapUp?.canEnd ?? false) && !actsFor(desk.view?.interaction ?? null).includes('finish'), run: endWrapUp },
    { id: 'snooze', group: 'Conversation', label: 'Snooze the conversation', keys: 'Z', available: open && desk.view?.row.list !== 'done', run: () => (desk.sheet = 'snooze') },
    { id: 'pin', group: 'Conversation', label: desk.view?.row.pinned ? 'Take the pin off' : 'Pin the conversation', keys: 'P', available: open && desk.view?.row.list !== 'done', run: () => desk.togglePin() },
    { id: 'unread', group: 'Conversation', label: 'Mark as unread', keys: 'U', available: open, run: () => desk.markUnread() },
    { id: 'note', group: 'Conversation', label: 'Write a private note', keys: 'N', available: open, run: () => write('note') },
    { id: 'whisper', group: 'Conversation', label: 'Whisper to the agents of the conversation', keys: 'W', available: open && canWhisper, run: () => write('whisper') },
    {
      id: 'write-other',
      group: 'Conversation',
      label: 'Change between a text and a whisper',
      keys: `${MOD} .`,
      whileTyping: true,
      available: open && (canWhisper || desk.writing !== 'text'),
      run: () => write(desk.writing === 'text' ? 'whisper' : 'text'),
    },
    ...(['askForHelp', 'endHelp'] as const).map((act): PaletteAction => ({
      id: `act-${act}`,
      group: 'Conversation',
      label: act === 'askForHelp' ? 'Ask a supervisor for help' : 'Help is not needed any more',
      keys: ACT_KEYS[act],
      available: open && helpActFor(desk.view?.interaction ?? null) === act,
      run: () => desk.act(act),
    })),
    { id: 'replies', group: 'Conversation', label: 'Edit canned replies', keys: null, run: () => desk.openSettings('replies') },
    { id: 'hand-on', group: 'Conversation', label: 'Hand the conversation on', keys: 'F', available: open && !team.alone && desk.view?.work !== null, run: () => desk.handOn() },
    { id: 'export', group: 'Conversation', label: 'Export the conversation', keys: null, available: open, run: () => desk.exportConversation() },
    { id: 'hold', group: 'Conversation', label: 'Legal hold on the conversation', keys: null, available: open, run: () => (desk.sheet = 'hold') },
    { id: 'why', group: 'Conversation', label: 'Why this agent, and why not that one', keys: null, available: open && (team.view?.iSupervise ?? false) && desk.view?.work !== null, run: () => (desk.sheet = 'why') },
    { id: 'details', group: 'Conversation', label: 'Show or hide details', keys: `${MOD} I`, whileTyping: true, available: open, run: () => desk.toggleSide('details') },

    { id: 'offer-accept', group: 'Team', label: 'Accept the offered work', keys: 'A', available: team.offers.length > 0, run: acceptOffer },
    { id: 'offer-reject', group: 'Team', label: 'Turn the offered work down', keys: 'X', available: team.offers[0]?.canReject ?? false, run: rejectOffer },
    ...(team.view?.presenceStates ?? []).map((state): PaletteAction => ({
      id: `presence-${state.id}`,
      group: 'Team',
      label: `Be ${state.name}`,
      keys: null,
      available: state.id !== team.me?.presence.id,
      run: () => void team.choosePresence(state.id),
    })),
    { id: 'sign-in', group: 'Team', label: 'Sign in as somebody else', keys: null, available: !team.alone, run: () => (desk.sheet = 'signIn') },

    { id: 'handset', group: 'Practice', label: 'Show or hide the handset', keys: `${MOD} H`, whileTyping: true, available: practice, run: () => desk.toggleSide('handset') },

    ...THEMES.map(({ theme, label }): PaletteAction => ({
      id: `theme-${theme}`,
      group: 'Appearance',
      label,
      keys: null,
      available: settings.theme !== theme,
      run: () => save({ theme }),
    })),
    {
      id: 'density',
      group: 'Appearance',
      label: settings.density === 'compact' ? 'More space between lines' : 'Less space between lines',
      keys: null,
      run: () => save({ density: settings.density === 'compact' ? 'comfortable' : 'compact' }),
    },
    ...ENTRIES.map((entry): PaletteAction => ({
      id: `setting-${entry.page}-${entry.label}`,
      group: 'Settings',
      label: entry.label === pageLabel(entry.page) ? entry.label : `${entry.label} · ${pageLabel(entry.page)}`,
      keys: null,
      words: entry.words,
      onlyAsked: true,
      run: () => desk.openSetting(entry),
    })),
  ];
}
