/** Canned replies, screening and configuration of the fake backend. */
import type { CannedReplyView, ConfigurationDiff, FilledReply, FindingView, ScreeningRules } from '../bindings';
import type { CommandTable } from './commands';
import { measureText } from './measure';
import { spaced, type FakeConversation, type World } from './world';

type ReplyCommands = Pick<
  CommandTable,
  | 'list_replies'
  | 'save_replies'
  | 'preview_reply'
  | 'filled_replies'
  | 'check_text'
  | 'screening'
  | 'update_screening'
  | 'export_configuration'
  | 'check_configuration'
  | 'import_configuration'
>;

const VALUES = [
  { name: 'customer_name', explanation: "The customer's name, where it is known" },
  { name: 'customer_number', explanation: "The customer's number" },
  { name: 'our_number', explanation: 'The number of ours they write to' },
  { name: 'agent_name', explanation: 'Your name' },
  { name: 'date', explanation: "Today's date" },
];

const SHIPPED: CannedReplyView[] = [
  { id: 'shipped-hello', shortName: 'hello', title: 'Greeting', body: 'Hi {{ customer_name or "there" }}, this is {{ agent_name }}. How can I help you today?' },
  { id: 'shipped-details', shortName: 'details', title: 'Ask for the order number', body: 'Could you send me your order number? Then I can look it up right away.' },
  { id: 'shipped-photo', shortName: 'photo', title: 'Ask for a picture', body: 'Could you send a photo of it to this number? That helps me see what went wrong.' },
  { id: 'shipped-delay', shortName: 'delay', title: 'A delay', body: 'Your order {{ blank("order number") }} is a day late. I am sorry for the wait.' },
];

const RULES: ScreeningRules = {
  maskIncoming: true,
  stopOutgoing: true,
  shipped: [
    { id: 'visa', label: 'Visa card number', enabled: true },
    { id: 'mastercard', label: 'Mastercard number', enabled: true },
    { id: 'ssn', label: 'Social security number', enabled: true },
    { id: 'email', label: 'E-mail address', enabled: false },
  ],
  own: [{ name: 'Customer key', expression: 'CK-\\d{6}', enabled: true }],
  forbiddenWords: ['darn*'],
  allowedWords: [],
  alertAfter: 3,
  alertHours: 24,
};

/** Only what the shipped replies need: a value, a value with a fallback, a blank. */
function fill(body: string, values: Record<string, string>): string {
  return body.replace(/\{\{\s*(?:blank\("([^"]*)"\)|(\w+)(?:\s+or\s+["']([^"']*)["'])?)\s*\}\}/g, (_, blank, name: string, fallback) => {
    if (blank) return `{{${blank}}}`;
    return values[name] || (fallback ?? `{{${name.replaceAll('_', ' ')}}}`);
  });
}

function findingsIn(body: string): FindingView[] {
  const find = (pattern: RegExp, kind: FindingView['kind'], name?: string) =>
    [...body.matchAll(pattern)].map((it) => ({ start: it.index, end: it.index + it[0].length, kind, name: name ?? it[0].slice(2, -2) }));
  return [...find(/\{\{[^{}]*\}\}/g, 'blank'), ...find(/\b4(?:\d[ -]?){14}\d\b/g, 'sensitive', 'Visa card number'), ...find(/\bdarn\w*/gi, 'forbidden', 'Forbidden word')].sort(
    (a, b) => a.start - b.start,
  );
}

export function replyCommands(world: World, conversationOf: (id: number) => FakeConversation): ReplyCommands {
  let replies = SHIPPED;
  let rules = RULES;
  const screening = () => ({ rules, stoppedRecently: 0, alert: false });
  const diff: ConfigurationDiff = { sections: [{ title: 'Canned replies', changes: [{ name: 'Greeting', change: 'changed', fields: ['Title'] }], same: 3 }], unknown: [] };
  const list = () => ({ replies, values: VALUES });
  return {
    list_replies: list,
    save_replies: (request) => {
      replies = request.replies;
      return list();
    },
    preview_reply: ({ body }) => {
      const unknown = [...body.matchAll(/\{\{\s*(\w+)\s*[|}]/g)].find(([, name]) => name !== 'blank' && VALUES.every((it) => it.name !== name));
      const text = fill(body, { customer_name: 'Maya', customer_number: '+1 415 555 0142', our_number: '+1 833 555 0100', agent_name: 'Robin', date: '12 March 2027' });
      return { text: unknown ? '' : text, measure: measureText(unknown ? '' : text), problem: unknown ? `There is no value called ${unknown[1]}.` : null };
    },
    filled_replies: ({ conversationId }): FilledReply[] => {
      const { row } = conversationOf(conversationId);
      const name = row.requester.startsWith('+') ? '' : (row.requester.split(' ')[0] ?? '');
      const values = { customer_name: name, customer_number: spaced(row.requesterNumber), our_number: spaced(row.providerNumber), agent_name: world.settings.agentName };
      return replies.map(({ id, shortName, title, body }) => {
        const text = fill(body, values);
        return { id, shortName, title, text, segments: measureText(text).segments };
      });
    },
    check_text: ({ body }) => {
      const findings = findingsIn(body);
      const first = findings[0];
      const words = !first ? '' : first.kind === 'blank' ? `Fill in “${first.name}” first.` : `Not sent: the text holds sensitive data (${first.name}).`;
      return { findings, words };
    },
    screening,
    update_screening: (changed) => {
      rules = changed;
      return screening();
    },
    export_configuration: () => ({ name: 'tern-configuration-2026-06-10.json', text: '{ "format": "tern-configuration", "version": 1, "sections": {} }\n', sections: [{ title: 'Settings', count: null }, { title: 'Canned replies', count: 4 }] }),
    check_configuration: () => diff,
    import_configuration: () => ({ diff, undo: 'import' }),
  };
}
