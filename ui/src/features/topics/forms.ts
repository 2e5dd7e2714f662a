/** What the inspector offers for each kind of node: every field that a file may hold, in the order people think of them. */
import { textOf, type TopicNode } from './graph';

export type Control =
  /** One text or alternates. */
  | 'texts'
  /** A text that a phone shows. */
  | 'text'
  /** A template on one line: an address, a title. */
  | 'line'
  /** A template of an address at an allowed host. */
  | 'address'
  /** Words that are taken as they are. */
  | 'plain'
  | 'expression'
  /** An expression that is yes or no. */
  | 'condition'
  | 'variable'
  /** A variable that holds a row. */
  | 'row'
  | 'flag'
  | 'seconds'
  | 'select'
  | 'table'
  | 'column'
  | 'secret'
  | 'block'
  | 'topic'
  | 'input'
  | 'output'
  | 'names'
  | 'rows';

export interface Field {
  key: string;
  label: string;
  control: Control;
  hint?: string;
  /** Empty means that the file does not hold it. */
  optional?: boolean;
  /** Folded away until it is wanted or used. */
  more?: boolean;
  options?: readonly { value: string; label: string }[];
  /** The first option is the default, which the file need not hold. */
  when?: (node: TopicNode) => boolean;
  /** Of `rows`: the fields of one row, and what adding one puts there. */
  fields?: readonly Field[];
  add?: string;
  blank?: Record<string, unknown>;
  /** Of `rows`: the order matters and can be changed. */
  ordered?: boolean;
  most?: number;
}

const NAMED: readonly Field[] = [
  { key: 'name', label: 'Name', control: 'plain' },
  { key: 'value', label: 'Value', control: 'expression' },
];
const MATCHING: Field = {
  key: 'matching',
  label: 'Rows where',
  control: 'rows',
  optional: true,
  add: 'Add a condition',
  blank: { column: '', equals: '' },
  fields: [
    { key: 'column', label: 'Column', control: 'column' },
    { key: 'equals', label: 'equals', control: 'expression' },
  ],
};
const TABLE: Field = { key: 'table', label: 'Table', control: 'table' };

/** V-17: what all questions have. */
const INPUT: readonly Field[] = [
  { key: 'retry', label: 'If the answer does not fit', control: 'text', optional: true, more: true, hint: 'Said before the question comes again.' },
  { key: 'completion', label: 'Once it is answered', control: 'texts', optional: true, more: true, hint: 'Said before the topic goes on.' },
  { key: 'default', label: 'Value if skipped', control: 'expression', optional: true, more: true },
  { key: 'defaultConfirmation', label: 'Ask whether that value is right', control: 'text', optional: true, more: true, hint: 'Yes takes it; no asks the question.' },
  { key: 'showIf', label: 'Ask only if', control: 'condition', optional: true, more: true },
  { key: 'skipIf', label: 'SKIP is allowed if', control: 'condition', optional: true, more: true, hint: 'Write true to let everybody skip.' },
  { key: 'keepIf', label: 'Keep an earlier answer if', control: 'condition', optional: true, more: true },
  { key: 'topicSwitching', label: 'Other topics can be named here', control: 'flag', more: true, hint: 'A text that exactly names another topic switches to it.' },
  { key: 'secure', label: 'Keep the answer secret', control: 'flag', more: true, hint: 'It is never shown, kept or logged.' },
];

const question = (...own: readonly Field[]): readonly Field[] => [
  { key: 'prompt', label: 'Question', control: 'texts' },
  ...own.filter((it) => !it.more),
  { key: 'variable', label: 'Keep the answer as', control: 'variable' },
  ...own.filter((it) => it.more),
  ...INPUT,
];

export const FORMS: Record<string, readonly Field[]> = {
  askText: question(
    {
      key: 'format',
      label: 'The answer has to be',
      control: 'select',
      options: [
        { value: 'text', label: 'Any text' },
        { value: 'email', label: 'An e-mail address' },
        { value: 'phone', label: 'A phone number' },
        { value: 'url', label: 'A web address' },
        { value: 'ip', label: 'An IP address' },
        { value: 'custom', label: 'A pattern of mine' },
      ],
    },
    { key: 'pattern', label: 'Pattern', control: 'plain', optional: true, hint: 'A regular expression for the whole answer, such as [A-Z]{2}[0-9]{6}.', when: (node) => node['format'] === 'custom' || textOf(node['pattern']) !== '' },
  ),
  askChoice: question(
    {
      key: 'choices',
      label: 'Choices',
      control: 'rows',
      ordered: true,
      add: 'Add a choice',
      blank: { label: '', value: '' },
      fields: [
        { key: 'label', label: 'What people read', control: 'line' },
        { key: 'value', label: 'Value', control: 'plain' },
      ],
    },
    { key: 'from', label: 'Choices from a list', control: 'expression', optional: true, more: true, hint: 'A variable that holds a list, such as what another system answered. It comes before your own choices.' },
    { key: 'label', label: 'What people read of it', control: 'plain', optional: true, more: true, hint: 'The field of each row in that list. Empty if it is a list of texts.', when: (node) => textOf(node['from']) !== '' },
    { key: 'empty', label: 'If there is nothing to pick', control: 'text', optional: true, more: true, when: (node) => textOf(node['from']) !== '' },
  ),
  askRecords: question(
    TABLE,
    MATCHING,
    { key: 'own', label: "Only the customer's own rows, by the number in", control: 'column', optional: true, hint: 'The column with the mobile number of whoever a row belongs to. Shows nothing before they proved who they are.' },
    { key: 'label', label: 'Column that people read', control: 'column' },
    { key: 'noRecords', label: 'If there is no row', control: 'text' },
    { key: 'multiple', label: 'Several can be picked', control: 'flag', hint: 'As 1,3.' },
  ),
  askYesNo: question(),
  askPicture: question(),
  sayText: [{ key: 'text', label: 'Text', control: 'texts' }],
  sayImage: [
    { key: 'picture', label: 'Address of the picture', control: 'line', hint: 'Public, beginning with https://.' },
    { key: 'altText', label: 'What it shows', control: 'line', hint: 'Kept in the transcript, and for people who cannot see it.' },
    { key: 'text', label: 'Text with it', control: 'text', optional: true },
  ],
  sayLink: [
    { key: 'header', label: 'Before the links', control: 'line' },
    {
      key: 'links',
      label: 'Links',
      control: 'rows',
      ordered: true,
      most: 3,
      add: 'Add a link',
      blank: { url: 'https://' },
      fields: [
        { key: 'description', label: 'What it leads to', control: 'line', optional: true },
        { key: 'url', label: 'Address', control: 'line' },
      ],
    },
  ],
  showCard: [
    { key: 'row', label: 'Record', control: 'row' },
    { key: 'title', label: 'First line', control: 'line' },
    {
      key: 'fields',
      label: 'Lines',
      control: 'rows',
      ordered: true,
      optional: true,
      add: 'Add a line',
      blank: { label: '', column: '' },
      fields: [
        { key: 'label', label: 'Label', control: 'plain' },
        { key: 'column', label: 'Column', control: 'column' },
      ],
    },
    { key: 'url', label: 'Link at the end', control: 'line', optional: true },
    { key: 'picture', label: 'Address of a picture', control: 'line', optional: true },
  ],
  decide: [
    {
      key: 'branches',
      label: 'Ways, the first that holds is taken',
      control: 'rows',
      ordered: true,
      add: 'Add a way',
      blank: { name: '', when: 'true' },
      fields: [
        { key: 'name', label: 'Name', control: 'plain', optional: true },
        { key: 'when', label: 'If', control: 'condition' },
      ],
    },
  ],
  set: [
    {
      key: 'variables',
      label: 'Variables',
      control: 'rows',
      ordered: true,
      add: 'Add a variable',
      blank: { name: '', value: '""' },
      fields: [
        { key: 'name', label: 'Variable', control: 'variable' },
        { key: 'value', label: 'Value', control: 'expression' },
      ],
    },
  ],
  lookUp: [TABLE, MATCHING, { key: 'variable', label: 'Keep the row as', control: 'variable' }],
  saveRecord: [
    TABLE,
    { key: 'row', label: 'Row to change', control: 'row', optional: true, hint: 'Without one a new row is added.' },
    {
      key: 'values',
      label: 'Values',
      control: 'rows',
      add: 'Add a value',
      blank: { name: '', value: '' },
      fields: [
        { key: 'name', label: 'Column', control: 'column' },
        { key: 'value', label: 'Value', control: 'expression' },
      ],
    },
    { key: 'variable', label: 'Keep the row as', control: 'variable', optional: true },
  ],
  request: [
    {
      key: 'method',
      label: 'Method',
      control: 'select',
      options: [
        { value: 'GET', label: 'GET, reads' },
        { value: 'POST', label: 'POST, adds' },
        { value: 'PUT', label: 'PUT, replaces' },
        { value: 'PATCH', label: 'PATCH, changes' },
      ],
    },
    { key: 'url', label: 'Address', control: 'address', hint: 'Beginning with https://.' },
    { key: 'secret', label: 'Secret that goes along', control: 'secret', optional: true },
    { key: 'body', label: 'Body', control: 'rows', optional: true, add: 'Add a field', blank: { name: '', value: '' }, fields: NAMED },
    {
      key: 'response',
      label: 'Keep of the answer',
      control: 'rows',
      optional: true,
      add: 'Add a value',
      blank: { variable: '', path: '/' },
      fields: [
        { key: 'path', label: 'Place in the answer', control: 'plain' },
        { key: 'variable', label: 'Keep as', control: 'variable' },
      ],
    },
  ],
  block: [
    { key: 'topic', label: 'Block', control: 'block' },
    {
      key: 'inputs',
      label: 'Goes in',
      control: 'rows',
      optional: true,
      add: 'Add an input',
      blank: { name: '', value: '' },
      fields: [
        { key: 'name', label: 'Input', control: 'input' },
        { key: 'value', label: 'Value', control: 'expression' },
      ],
    },
    {
      key: 'outputs',
      label: 'Comes back',
      control: 'rows',
      optional: true,
      add: 'Add an output',
      blank: { output: '', variable: '' },
      fields: [
        { key: 'output', label: 'Output', control: 'output' },
        { key: 'variable', label: 'Keep as', control: 'variable' },
      ],
    },
  ],
  verify: [
    { key: 'pinPrompt', label: 'Asks for the PIN', control: 'text', optional: true, hint: 'Empty: the usual words. The answer is kept nowhere.' },
    { key: 'codePrompt', label: 'Asks for the code of the app', control: 'text', optional: true },
    { key: 'textedCodePrompt', label: 'Asks for a code that was texted', control: 'text', optional: true },
    { key: 'failedText', label: 'Said when it did not fit', control: 'text', optional: true, hint: 'The same words whether PIN or code was wrong, and whether there is an account.' },
    { key: 'lockedText', label: 'Said after too many wrong tries', control: 'text', optional: true },
  ],
  pause: [{ key: 'seconds', label: 'Seconds', control: 'seconds', hint: '1 to 60. Texts that come meanwhile are answered afterwards.' }],
  transfer: [
    { key: 'shortDescription', label: 'What it is about', control: 'line', optional: true, hint: "Stands on the agent's card." },
    { key: 'mandatorySkills', label: 'Skills the agent must have', control: 'names', optional: true },
    { key: 'optionalSkills', label: 'Skills that are welcome', control: 'names', optional: true },
    {
      key: 'context',
      label: "More on the agent's card",
      control: 'rows',
      optional: true,
      add: 'Add a line',
      blank: { name: '', text: '' },
      fields: [
        { key: 'name', label: 'Name', control: 'plain' },
        { key: 'text', label: 'Text', control: 'line' },
      ],
    },
  ],
  jump: [
    { key: 'topic', label: 'Topic', control: 'topic' },
    { key: 'resume', label: 'Come back afterwards', control: 'flag', hint: 'Without, this topic is over.' },
  ],
  end: [],
};

export function formOf(kind: string): readonly Field[] {
  return FORMS[kind] ?? [];
}
