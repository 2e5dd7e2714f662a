/** What the decisions about the virtual agent are called. */

/** How it talks, as far as the page edits it; everything else is kept as it is. */
export interface Chat {
  includes: string[];
  commands: ChatCommand[];
  silenceSeconds: number;
  invalidAnswers: number;
  surveyPercent: number;
  transferText: string;
  nobodyText: string;
  handedBackText: string;
  gaveUpText: string;
  thanksText: string;
  allowedHosts: string[];
  requestLimits: { millis: number; bytes: number };
  secondFactor: SecondFactor;
}

/** What is asked for after the PIN (L-2). */
export type SecondFactor = 'google_authenticator' | 'sms';

export interface ChatCommand {
  kind: string;
  words: string[];
  description: string;
  withBot: boolean;
  withAgent: boolean;
  excludedChannels?: string[];
}

/** Parts of every conversation, in its order. */
export const PARTS = [
  { id: 'greeting', label: 'Greeting', hint: 'Said first, before the virtual agent looks for a topic.' },
  { id: 'capabilities', label: 'Capabilities', hint: 'Said when somebody writes help: the commands, and what it can do.' },
  { id: 'fallback', label: 'Fallback', hint: 'Said when it did not understand.' },
  { id: 'live_agent_support', label: 'Asking for a person', hint: 'Said when somebody wants a person, before the hand-over.' },
  { id: 'link_account', label: 'Ask for PIN and code', hint: 'When somebody links their number, wants a topic that is not for guests, or acts on a notification.' },
  { id: 'reset_verification', label: 'Help with a lost PIN', hint: 'Said when somebody lost PIN or authenticator; a person makes sure who it is and resets them.' },
  { id: 'error_handling', label: 'Errors', hint: 'Said when a topic fails, before a person takes over.' },
  { id: 'anything_else', label: 'Anything else', hint: 'Asked after a finished topic.' },
  { id: 'survey', label: 'Survey', hint: 'Asked of some at the end.' },
  { id: 'closing', label: 'Closing', hint: 'Said at the end.' },
] as const;

export type Part = (typeof PARTS)[number]['id'];

/** Parts that are about who somebody is. */
export const IDENTITY_PARTS: readonly Part[] = ['link_account', 'reset_verification'];

/** Every other part. */
export const CHAT_PARTS: readonly Part[] = PARTS.map((part) => part.id).filter((id) => !IDENTITY_PARTS.includes(id));

/** L-2, L-17. */
export const SECOND_FACTORS: readonly { value: SecondFactor; label: string; hint: string }[] = [
  { value: 'google_authenticator', label: 'Authenticator app (recommended)', hint: 'A code that an app shows. It takes the PIN and the app, so a phone number alone is of no use to anybody.' },
  { value: 'sms', label: 'Code by text', hint: 'A code that is texted to the number that writes. It goes to the same phone: whoever holds the phone lacks only the PIN.' },
];

/** What each command does. */
export const COMMANDS: Record<string, { label: string; hint: string }> = {
  hi: { label: 'Hello', hint: 'Starts a conversation, or puts the open question again.' },
  restart: { label: 'Begin again', hint: 'Ends what is going on with the virtual agent and begins anew.' },
  agent: { label: 'To a person', hint: 'Hands over, if somebody is there.' },
  bye: { label: 'End', hint: 'Ends the conversation, with a person too.' },
  help: { label: 'Help', hint: 'Tells the commands and topics. The carrier answers HELP and INFO with its own help besides.' },
  logout: { label: 'Log out', hint: 'Unlinks the number from the account; the conversation goes on with a guest.' },
  notification: { label: 'Notifications', hint: 'Tells whether notifications are on.' },
  start: { label: 'Notifications on', hint: 'The carrier lifts its block on START and UNSTOP by itself.' },
  stop: { label: 'Notifications off', hint: 'STOP, CANCEL, END, QUIT and the like always act: the carrier blocks every further text.' },
};

/** When a command acts (V-35). */
export type CommandReach = 'bot' | 'agent' | 'both' | 'off';

const REACHES: readonly { value: CommandReach; label: string }[] = [
  { value: 'bot', label: 'With the virtual agent' },
  { value: 'agent', label: 'With people' },
  { value: 'both', label: 'With both' },
  { value: 'off', label: 'Off in text messages' },
];
/** V-36: all other words of a customer reach the person who has their conversation. */
const WITH_PEOPLE = new Set(['bye', 'notification', 'start', 'stop']);

export function reachesOf(kind: string): typeof REACHES {
  return REACHES.filter(({ value }) => value === 'bot' || value === 'off' || WITH_PEOPLE.has(kind));
}

export function reachOf(command: ChatCommand): CommandReach {
  if (command.excludedChannels?.includes('sms') || !(command.withBot || command.withAgent)) return 'off';
  if (command.withBot) return command.withAgent ? 'both' : 'bot';
  return 'agent';
}

/** The change that gives a command a reach. Switched off, it keeps what it reached before. */
export function withReach(command: ChatCommand, reach: CommandReach): Partial<ChatCommand> {
  const others = (command.excludedChannels ?? []).filter((it) => it !== 'sms');
  if (reach === 'off') return { excludedChannels: [...others, 'sms'] };
  return { withBot: reach !== 'agent', withAgent: reach === 'agent' || reach === 'both', excludedChannels: others };
}

/** Words as people type them: with commas, or one a line. */
export function wordsOf(typed: string): string[] {
  return typed
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
