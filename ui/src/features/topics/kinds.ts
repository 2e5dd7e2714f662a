/** The kinds of nodes: what people call them, what a new one holds, and what the canvas shows of them. */
import { getIn, listOf, textOf, type TopicNode } from './graph';

/** What a node is about: it gives the node its colour and its place in the list of steps. */
export type Family = 'ask' | 'say' | 'work' | 'go' | 'none';

export interface Kind {
  kind: string;
  family: Family;
  title: string;
  /** One line that says what it is for. */
  purpose: string;
  /** Fields of a new one. */
  blank: Record<string, unknown>;
}

export const FAMILIES: readonly { family: Family; title: string }[] = [
  { family: 'say', title: 'Say' },
  { family: 'ask', title: 'Ask' },
  { family: 'work', title: 'Work out' },
  { family: 'go', title: 'Go on' },
];

export const KINDS: readonly Kind[] = [
  { kind: 'sayText', family: 'say', title: 'Text', purpose: 'Says something', blank: { text: '' } },
  { kind: 'sayImage', family: 'say', title: 'Picture', purpose: 'Sends a picture, with a text if you like', blank: { picture: 'https://', altText: '' } },
  { kind: 'sayLink', family: 'say', title: 'Links', purpose: 'Sends one to three links', blank: { header: '', links: [{ url: 'https://' }] } },
  { kind: 'showCard', family: 'say', title: 'Record card', purpose: 'Shows what a record holds', blank: { row: '', title: '', fields: [] } },
  { kind: 'askText', family: 'ask', title: 'Question', purpose: 'Asks for words, a number, an address …', blank: { variable: 'answer', prompt: '' } },
  {
    kind: 'askChoice',
    family: 'ask',
    title: 'Choice',
    purpose: 'Asks to pick one of your choices',
    blank: { variable: 'choice', prompt: '', choices: [{ label: 'First', value: 'first' }, { label: 'Second', value: 'second' }] },
  },
  { kind: 'askYesNo', family: 'ask', title: 'Yes or no', purpose: 'Asks a question that yes or no answers', blank: { variable: 'agreed', prompt: '' } },
  { kind: 'askRecords', family: 'ask', title: 'Pick a record', purpose: 'Asks to pick a row of a table', blank: { variable: 'picked', prompt: '', table: '', matching: [], label: '', noRecords: '' } },
  { kind: 'askPicture', family: 'ask', title: 'Ask for a picture', purpose: 'Asks for one photo', blank: { variable: 'photo', prompt: '' } },
  { kind: 'decide', family: 'work', title: 'Decision', purpose: 'Goes the first way whose condition holds', blank: { branches: [{ name: 'Yes', when: 'true' }, { name: 'Otherwise', when: 'true' }] } },
  { kind: 'set', family: 'work', title: 'Set variables', purpose: 'Keeps values for later', blank: { variables: [{ name: 'value', value: '""' }] } },
  { kind: 'lookUp', family: 'work', title: 'Look up', purpose: 'Finds one row of a table', blank: { table: '', matching: [], variable: 'record' } },
  { kind: 'saveRecord', family: 'work', title: 'Save a record', purpose: 'Adds or changes a row of a table', blank: { table: '', values: [] } },
  { kind: 'request', family: 'work', title: 'Ask another system', purpose: 'Makes an HTTP request', blank: { method: 'GET', url: 'https://' } },
  { kind: 'verify', family: 'ask', title: 'Verify who it is', purpose: 'Asks for PIN and code, once a conversation', blank: {} },
  { kind: 'block', family: 'work', title: 'Block', purpose: 'Runs a part that several topics share', blank: { topic: '' } },
  { kind: 'pause', family: 'work', title: 'Pause', purpose: 'Waits for some seconds', blank: { seconds: 30 } },
  { kind: 'transfer', family: 'go', title: 'Hand over', purpose: 'Hands the conversation to a person', blank: {} },
  { kind: 'jump', family: 'go', title: 'Other topic', purpose: 'Goes over to another topic', blank: { topic: '' } },
  { kind: 'end', family: 'go', title: 'End', purpose: 'Ends the topic here', blank: {} },
];

/** V-6, V-12: kinds that a file may hold and no phone can show. */
const UNSUPPORTED: Record<string, string> = {
  carousel: 'Carousel',
  groupedChoice: 'Grouped choice',
  multiFile: 'Several files',
  dateTime: 'Date and time picker',
  headerCard: 'Header card',
  geolocation: 'Place on a map',
  html: 'HTML',
  multiResponse: 'Response in parts',
  scriptResponse: 'Scripted response',
  table: 'Table',
  video: 'Video',
};

const BY_KIND = new Map(KINDS.map((it) => [it.kind, it]));

export function kindOf(kind: string): Kind {
  return (
    BY_KIND.get(kind) ?? {
      kind,
      family: 'none',
      title: UNSUPPORTED[kind] ?? kind,
      purpose: 'Text messages cannot show this',
      blank: {},
    }
  );
}

/** A node of a kind as it comes onto the canvas. */
export function blankNode(kind: string): TopicNode {
  const { title, blank } = kindOf(kind);
  return structuredClone({ id: kind, name: title, kind, ...blank }) as unknown as TopicNode;
}

/** What the phone shows of a node, or in a few words what it does. */
export interface Preview {
  /** Words in a bubble, as the phone shows them. */
  bubble: string | null;
  /** Further alternates of those words. */
  alternates: number;
  /** What happens unseen. */
  note: string | null;
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((it): it is string => typeof it === 'string') : [];
}

const clean = (text: string) => text.replace(/\{\{\s*(.*?)\s*\}\}/g, '‹$1›').replace(/\{%.*?%\}/g, '');

export function previewOf(node: TopicNode): Preview {
  const said = (value: unknown, note: string | null = null): Preview => {
    const texts = textsOf(value).filter((it) => it.trim() !== '');
    return { bubble: texts[0] === undefined ? null : clean(texts[0]), alternates: Math.max(0, texts.length - 1), note };
  };
  const noted = (note: string): Preview => ({ bubble: null, alternates: 0, note });
  const equals = () =>
    listOf(node['matching'])
      .map((it) => `${textOf(it['column'])} = ${textOf(it['equals'])}`)
      .join(' and ');
  switch (node.kind) {
    case 'sayText':
      return said(node['text']);
    case 'sayImage':
      return said(node['text'], textOf(node['altText']) ? `Picture: ${textOf(node['altText'])}` : 'A picture');
    case 'sayLink':
      return said(node['header'], listOf(node['links']).map((it) => textOf(it['description']) || textOf(it['url'])).join(', '));
    case 'showCard':
      return said(node['title'], listOf(node['fields']).map((it) => textOf(it['label'])).join(', ') || null);
    case 'askText':
    case 'askChoice':
    case 'askYesNo':
    case 'askPicture':
      return said(node['prompt']);
    case 'askRecords':
      return said(node['prompt'], textOf(node['table']) ? `From ${textOf(node['table'])}` : null);
    case 'set':
      return noted(listOf(node['variables']).map((it) => `${textOf(it['name'])} = ${textOf(it['value'])}`).join('\n'));
    case 'lookUp':
      return noted(textOf(node['table']) ? `${textOf(node['table'])}${equals() ? ` where ${equals()}` : ''}` : 'No table yet');
    case 'saveRecord':
      return noted(textOf(node['table']) ? `${textOf(node['row']) ? 'Changes' : 'Adds to'} ${textOf(node['table'])}` : 'No table yet');
    case 'request':
      return noted(`${textOf(node['method']) || 'GET'} ${textOf(node['url'])}`);
    case 'block':
    case 'jump':
      return noted(textOf(node['topic']) || 'None chosen yet');
    case 'pause':
      return noted(`${String(node['seconds'] ?? 30)} seconds`);
    case 'verify':
      return said(node['pinPrompt'] ?? '', 'Asks for PIN and code, unless who it is is known');
    case 'transfer':
      return noted(textOf(node['shortDescription']) ? clean(textOf(node['shortDescription'])) : 'To a person');
    case 'decide':
      return noted('');
    default:
      return { bubble: null, alternates: 0, note: null };
  }
}

/** All words of a node, for finding it. */
export function wordsOf(node: TopicNode): string {
  const words: string[] = [kindOf(node.kind).title];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') words.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  collect(node);
  return words.join(' ').toLowerCase();
}

/** The variable of a node that asks, for conditions about its answer. */
export function variableOf(node: TopicNode): string {
  return textOf(getIn(node, ['variable']));
}
