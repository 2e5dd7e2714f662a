/** Searching the fake's world: words and a few operators, with the same paging as the product. */
import type { Answer, Request } from '../backend';
import type { SearchHit, SearchPartView, SearchSuggestion, SnippetPart } from '../bindings';
import type { CommandTable } from './commands';
import { picturesOf, type World } from './world';

type SearchCommand = 'search' | 'count_hits' | 'activity' | 'stop_search' | 'suggest_search' | 'recent_searches' | 'remember_search' | 'clear_recent_searches' | 'find_day';

const OPERATORS: readonly (readonly [name: string, words: string, values: readonly string[]])[] = [
  ['from', 'Who wrote it: customer, us, me, bot, or an agent', ['customer', 'us', 'me', 'bot']],
  ['agent', 'Which agent answered', ['me']],
  ['person', 'Part of the customer’s name', []],
  ['number', 'Part of the customer’s number', []],
  ['on', 'On a day, in a month or a year', ['today', 'yesterday']],
  ['before', 'Before a day', ['today', 'yesterday']],
  ['after', 'From a day on', ['today', 'yesterday']],
  ['has', 'What it contains', ['image']],
  ['is', 'Notes, and texts that are unread or failed', ['note', 'unread', 'failed']],
  ['topic', 'Which topic of the virtual agent ran', []],
  ['state', 'Where the conversation is now', ['new', 'ongoing', 'done']],
];

interface Read {
  words: string[];
  direction: 'inbound' | 'outbound' | null;
  hasPicture: boolean;
  parts: SearchPartView[];
  problems: string[];
}

function read(query: string): Read {
  const found: Read = { words: [], direction: null, hasPicture: false, parts: [], problems: [] };
  const tokens = query.split(/\s+/).filter(Boolean);
  for (const token of tokens) {
    const without = tokens.filter((it) => it !== token).join(' ');
    if (!OPERATORS.some(([name]) => token.startsWith(`${name}:`))) found.words.push(token.toLowerCase().replaceAll('"', ''));
    else if (token === 'from:customer') {
      found.direction = 'inbound';
      found.parts.push({ words: 'From customers', without });
    } else if (token === 'from:us') {
      found.direction = 'outbound';
      found.parts.push({ words: 'From us', without });
    } else if (token === 'has:image') {
      found.hasPicture = true;
      found.parts.push({ words: 'With picture', without });
    } else if (!token.endsWith(':')) found.problems.push(`${token} is not known.`);
  }
  return found;
}

function hitsOf(world: World, query: string, conversationId: number | null): { hits: SearchHit[]; read: Read } {
  const asked = read(query);
  const hits: SearchHit[] = [];
  if (asked.words.length === 0 && asked.parts.length === 0) return { hits, read: asked };
  for (const conversation of world.conversations.values()) {
    if (conversationId !== null && conversation.row.id !== conversationId) continue;
    for (const message of conversation.messages) {
      if (asked.direction !== null && message.direction !== asked.direction) continue;
      if (asked.hasPicture && message.media.length === 0) continue;
      const body = message.body.toLowerCase();
      if (!asked.words.every((word) => body.includes(word))) continue;
      hits.push({
        conversationId: conversation.row.id,
        position: message.position,
        requester: conversation.row.requester,
        direction: message.direction,
        byVirtualAgent: message.authorKind === 'virtual_agent',
        at: message.at,
        pictures: picturesOf(message.media),
        snippet: snippet(message.body, asked.words),
      });
    }
  }
  return { hits: hits.sort((a, b) => b.position - a.position), read: asked };
}

function search(world: World, request: Request<'search'>): Answer<'search'> {
  const { hits, read: asked } = hitsOf(world, request.query, request.conversationId);
  const digits = request.query.replace(/\D/g, '');
  const isOpen = request.conversationId === null && request.before === null && asked.parts.length === 0 && asked.words.length > 0;
  const conversations = [...world.conversations.values()]
    .filter(({ row }) => {
      const name = row.requester.toLowerCase();
      return isOpen && (asked.words.every((word) => name.includes(word)) || (digits.length >= 3 && row.requesterNumber.includes(digits)));
    })
    .map(({ row }) => ({ ...row }))
    .slice(0, 5);
  const older = hits.filter((hit) => request.before === null || hit.position < request.before);
  const page = older.slice(0, request.limit);
  return {
    conversations,
    notes: [],
    isNotes: false,
    hasMoreNotes: false,
    hits: page,
    next: older.length > page.length ? (page[page.length - 1]?.position ?? null) : null,
    parts: asked.parts,
    problems: asked.problems,
    stopped: false,
  };
}

/** Texts by days of the local calendar. */
function activity(world: World, { first, last, query }: Request<'activity'>): Answer<'activity'> {
  const all = [...world.conversations.values()].flatMap((it) => it.messages.map((message) => message.at));
  const times = query.trim() === '' ? all : hitsOf(world, query, null).hits.map((hit) => hit.at);
  const days = new Map<string, number>();
  for (const at of times) {
    const date = new Date(at);
    const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
    if (day >= first && day <= last) days.set(day, (days.get(day) ?? 0) + 1);
  }
  const sorted = [...days].sort(([one], [other]) => (one < other ? -1 : 1));
  return { days: sorted.map(([day, texts]) => ({ day, texts })), isMore: false, isCounting: false, stopped: false };
}

function suggest(text: string): SearchSuggestion[] {
  const at = text.lastIndexOf(' ') + 1;
  const token = text.slice(at);
  if (token === '' && text !== '') return [];
  const [name, typed] = token.split(':', 2);
  const named = OPERATORS.find((it) => it[0] === name);
  if (typed !== undefined && named) {
    return named[2]
      .filter((value) => value.startsWith(typed) && value !== typed)
      .map((value) => ({ label: `${named[0]}:${value}`, words: value, text: `${text.slice(0, at)}${named[0]}:${value} ` }));
  }
  return OPERATORS.filter((it) => it[0].startsWith(token)).map(([operator, words]) => ({ label: `${operator}:`, words, text: `${text.slice(0, at)}${operator}:` }));
}

export function searchCommands(world: World): Pick<CommandTable, SearchCommand> {
  let recent: string[] = [];
  return {
    search: (request) => search(world, request),
    count_hits: ({ query, conversationId }) => ({ counted: hitsOf(world, query, conversationId).hits.length, isMore: false, stopped: false }),
    activity: (request) => activity(world, request),
    stop_search: () => undefined,
    suggest_search: ({ text }) => suggest(text),
    recent_searches: () => recent,
    remember_search: ({ text }) => {
      recent = [text, ...recent.filter((it) => it !== text)].slice(0, 10);
    },
    clear_recent_searches: () => {
      recent = [];
    },
    find_day: ({ conversationId, day }) => {
      const since = Date.parse(day);
      const messages = world.conversations.get(conversationId)?.messages ?? [];
      const found = messages.find((it) => it.at >= since) ?? messages[messages.length - 1];
      if (Number.isNaN(since) || !found) return { position: null, at: null, problem: 'This is no day; try 2026-03-01, 3 mar, march 2025 or last week.' };
      return { position: found.position, at: found.at, problem: null };
    },
  };
}

function snippet(body: string, words: readonly string[]): SnippetPart[] {
  const parts: SnippetPart[] = [];
  const lower = body.toLowerCase();
  let at = 0;
  while (at < body.length) {
    const next = words
      .map((word) => ({ word, found: lower.indexOf(word, at) }))
      .filter((it) => it.found >= 0)
      .sort((a, b) => a.found - b.found || b.word.length - a.word.length)[0];
    if (!next) break;
    if (next.found > at) parts.push({ text: body.slice(at, next.found), matched: false });
    parts.push({ text: body.slice(next.found, next.found + next.word.length), matched: true });
    at = next.found + next.word.length;
  }
  if (at < body.length) parts.push({ text: body.slice(at), matched: false });
  return parts;
}
