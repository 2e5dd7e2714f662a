/** Every setting there is, for the search: what it is called, where it is, and what else people call it. */
import { TestId } from '../../lib/testIds';
import type { PageId } from './pages';

export interface SettingEntry {
  page: PageId;
  /** Words that stand at the setting on its page: it is found by them. */
  label: string;
  /** What else people call it, and what its hint speaks of. */
  words: string;
  /** What has to be opened first, where the setting is within a form. */
  opens?: TestId;
  /** There only in some set-ups; until then its page is all there is to show. */
  sometimes?: boolean;
}

const queue = { page: 'routing', opens: TestId.QueueEdit } as const;
const agent = { page: 'team', opens: TestId.AgentEdit } as const;

export const ENTRIES: readonly SettingEntry[] = [
  { page: 'notifications', label: 'When a text arrives', words: 'notification alert popup desktop name only full preview privacy' },
  { page: 'notifications', label: 'Sound', words: 'mute noise ring bell quiet silent' },
  { page: 'notifications', label: 'What you are told of', words: 'kinds new work ongoing colleagues offers reminders' },
  { page: 'notifications', label: 'Again, until you look', words: 'repeat reminder nag interval until seen' },
  { page: 'notifications', label: 'Quiet hours', words: 'night silence mute evening weekend schedule' },
  { page: 'notifications', label: 'Silent while you are', words: 'do not disturb DND presence away offline' },
  { page: 'notifications', label: 'Keep running when the window is closed', words: 'tray background close quit minimise' },
  { page: 'notifications', label: 'Start when you log in', words: 'autostart startup boot login' },

  { page: 'sending', label: 'Your name', words: 'signature agent name who I am' },
  { page: 'sending', label: 'Country of numbers without +', words: 'territory prefix dialling code region E.164 phone' },
  { page: 'sending', label: 'Enter sends', words: 'return key newline new line shortcut' },
  { page: 'sending', label: 'Hold before sending', words: 'undo call back delay seconds recall unsend' },
  { page: 'sending', label: 'Folder for outgoing pictures', words: 'MMS media image upload attachment public address PUT' },
  { page: 'sending', label: 'Public address of this laptop', words: 'webhook tunnel ngrok faster arrival' },
  { page: 'sending', label: 'A text is late after (minutes)', words: 'delayed old overnight bot' },

  { page: 'backup', label: 'Backups', words: 'backup restore save copy disaster lost laptop folder cloud snapshot' },
  { page: 'backup', label: 'Try the newest one every month', words: 'restore drill test verify check backup', sometimes: true },

  { page: 'appearance', label: 'Colours', words: 'theme dark mode light night high contrast' },
  { page: 'appearance', label: 'Space between lines', words: 'density compact comfortable size rows' },

  { page: 'replies', label: 'Canned replies', words: 'template snippet macro signature saved text slash greeting short name' },
  { page: 'replies', label: 'Add a reply', words: 'new template snippet create' },

  { page: 'screening', label: 'Mask what customers write', words: 'sensitive data privacy card number redact hide PIN' },
  { page: 'screening', label: 'Do not send what agents write', words: 'sensitive data block stop leak card number' },
  { page: 'screening', label: 'Pattern of your own', words: 'regular expression regex secret custom' },
  { page: 'screening', label: 'Words that agents do not send', words: 'swear profanity forbidden banned blocklist' },
  { page: 'screening', label: 'Worth a look after (texts)', words: 'alert threshold abuse' },

  { page: 'actions', label: 'Messaging actions', words: 'timer reminder automatic close idle nobody answers waiting too long remind' },
  { page: 'actions', label: 'Rehearsal', words: 'simulate try past test what would have happened' },

  { page: 'updates', label: 'Update notifications', words: 'notify customers text alert broadcast bulk campaign record change event subscribers' },
  { page: 'updates', label: 'Rules for all of them', words: 'quiet hours night limit storm per hour notifications customers' },

  { page: 'wrapUp', label: 'Wrap-up', words: 'after call work notes outcome finish end of conversation disposition' },
  { page: 'wrapUp', label: 'Codes', words: 'wrap-up outcome result reason disposition label category' },
  { page: 'wrapUp', label: 'Left open', words: 'wrap-up forgotten sweep close automatically minutes' },

  { page: 'virtualAgent', label: 'Answers new conversations', words: 'virtual agent bot chatbot assistant automatic on off switch' },
  { page: 'virtualAgent', label: 'Numbers that people answer alone', words: 'virtual agent bot live agent only number exclude' },
  { page: 'virtualAgent', label: 'What the chat includes', words: 'virtual agent bot greeting fallback survey closing parts chat experience' },
  { page: 'virtualAgent', label: 'Commands', words: 'virtual agent bot keyword words help agent restart bye stop start' },
  { page: 'virtualAgent', label: 'Patience', words: 'virtual agent bot silence timeout invalid answers survey percent minutes' },
  { page: 'virtualAgent', label: 'What it says', words: 'virtual agent bot texts transfer hand over nobody there gives up' },
  { page: 'virtualAgent', label: 'Allowed hosts', words: 'virtual agent bot request HTTP API webhook systems limits size' },
  { page: 'virtualAgent', label: 'Secrets', words: 'virtual agent bot API key token password keychain' },
  { page: 'tables', label: 'Tables', words: 'records rows columns orders cases data CSV import look up topics' },
  { page: 'tables', label: 'New table', words: 'records define columns data create' },

  { page: 'team', label: 'Agents', words: 'colleague user people staff add invite member team' },
  { page: 'team', label: 'Groups', words: 'team department pool membership' },
  { ...agent, label: 'May', words: 'role permission administrator supervisor rights' },
  { ...agent, label: 'Skills', words: 'language knowledge level expertise' },
  { ...agent, label: 'Conversations at once', words: 'capacity slots limit maximum load' },
  { ...agent, label: 'At once over all channels', words: 'universal capacity slots limit' },
  { page: 'team', label: 'Presence', words: 'status away lunch break training available offline state colour' },
  { ...agent, label: 'PIN at this desk', words: 'password lock sign in switch agent' },

  { page: 'cards', label: 'Inbox cards', words: 'layout list row fields title columns look offer' },
  { page: 'routing', label: 'Queues', words: 'routing new work intake department order wait' },
  { ...queue, label: 'Sound of its notifications', words: 'alert ring bell noise' },
  { ...queue, label: 'Takes in', words: 'condition filter rule which texts intake CEL' },
  { ...queue, label: 'Who is asked', words: 'group pool offer assign escalate later' },
  { ...queue, label: 'Skills its work needs', words: 'language knowledge level expertise must have mandatory' },
  { ...queue, label: 'Opening hours', words: 'schedule business time zone closed weekend out of office' },
  { ...queue, label: 'Days that differ', words: 'holiday vacation exception Christmas closed date bank', sometimes: true },
  { ...queue, label: 'Wait to aim at (seconds)', words: 'target SLA service level response time' },
  { ...queue, label: 'Longest wait (minutes)', words: 'maximum wait timeout give up' },
  { ...queue, label: 'What customers are told', words: 'automatic text first response greeting nobody there closed message' },
  { ...queue, label: 'Prefer who knows the customer', words: 'affinity same agent history relationship' },
  { ...queue, label: 'In use', words: 'active switch off disable pause queue' },
  { ...queue, label: 'Offered first', words: 'sort order newest oldest longest wait priority next' },
  { page: 'routing', label: 'Rules', words: 'assignment choose agent accept automatically timeout seconds to answer away skills required preferred' },
  { page: 'routing', label: 'Conversations at once, for each agent', words: 'capacity slots limit maximum load room' },
  { page: 'routing', label: 'Reasons for saying no', words: 'reject decline turn down refuse' },

  { page: 'account', label: 'Numbers', words: 'phone number Twilio sender line' },
  { page: 'account', label: 'Replace credentials', words: 'API key auth token secret password Twilio', sometimes: true },
  { page: 'account', label: 'Check the set-up', words: 'doctor test problem diagnose Twilio', sometimes: true },
  { page: 'account', label: 'History', words: 'backfill past fetch old texts import messages', sometimes: true },
  { page: 'account', label: 'Leave', words: 'disconnect sign out delete practice line account remove' },

  { page: 'identity', label: 'Ask for PIN and code', words: 'proof verify verification link account number authenticator two factor bot part' },
  { page: 'identity', label: 'Second proof', words: 'second factor code by text sms authenticator app two factor pin' },
  { page: 'identity', label: 'Help with a lost PIN', words: 'reset forgot verification authenticator bot part' },
  { page: 'identity', label: 'Who is set up', words: 'enrolled pin authenticator users ready' },
  { page: 'identity', label: 'Locked after wrong entries', words: 'pin code authenticator unlock lock identity verification' },
  { page: 'security', label: 'What protects your texts', words: 'encryption key keychain cipher folder size database' },
  { page: 'security', label: 'Lock the desk', words: 'lock idle PIN suspend sleep screen away' },
  { page: 'security', label: 'Authenticator app', words: 'lock code two factor totp 2fa second proof unlock' },
  { page: 'security', label: 'Recovery code', words: 'forgot forgotten passphrase password lost keychain backup sheet print' },
  { page: 'security', label: 'Replace the key', words: 'rotate rekey stolen leaked encryption' },
  { page: 'security', label: 'Change passphrase', words: 'password key unlock', sometimes: true },

  { page: 'retention', label: 'How long things are kept', words: 'retention delete old history expire age GDPR privacy erase policy keep' },
  { page: 'retention', label: 'Legal holds', words: 'litigation court preserve freeze hold' },
  { page: 'retention', label: 'Runs', words: 'deleted last run next progress cancel retention' },

  { page: 'histories', label: 'Texts of another system', words: 'import history migrate move Twilio log Chatwoot Zammad CSV JSON old messages bring in' },
  { page: 'histories', label: 'Past imports', words: 'undo take out history remove import' },

  { page: 'configuration', label: 'Save to a file', words: 'export backup copy settings' },
  { page: 'configuration', label: 'Import from a file', words: 'restore load transfer settings backup' },

  { page: 'about', label: 'Tern', words: 'version about shortcuts help' },
];

/** What was typed, found: words of the label first, then by what else people call it. */
export function findSettings(typed: string, pageLabel: (page: PageId) => string): SettingEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const ranked = ENTRIES.map((entry) => {
    const label = entry.label.toLowerCase();
    const all = `${label} ${entry.words.toLowerCase()} ${pageLabel(entry.page).toLowerCase()}`;
    const rank = words.every((word) => label.startsWith(word)) ? 0 : words.every((word) => label.includes(word)) ? 1 : 2;
    return { entry, rank, found: words.every((word) => all.split(/[\s.()]+/).some((part) => part.startsWith(word)) || label.includes(word)) };
  });
  return ranked
    .filter((it) => it.found)
    .sort((one, other) => one.rank - other.rank)
    .map((it) => it.entry);
}
