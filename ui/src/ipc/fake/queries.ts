/** Reading the fake's world: lists, threads and search, with the same paging as the product. */
import type { Answer, Request } from '../backend';
import type { InboxCounts, MessageView, SearchHit, SnippetPart } from '../bindings';
import type { FakeConversation, World } from './world';

export function listConversations(world: World, request: Request<'list_conversations'>): Answer<'list_conversations'> {
  const rows = [...world.conversations.values()]
    .map((it) => it.row)
    .filter((row) => (request.list === 'helpWanted' ? row.helpRequested : request.list === 'snoozed' ? row.snoozedUntil !== null : row.list === request.list && row.snoozedUntil === null))
    .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.lastAt - a.lastAt || b.id - a.id);
  const start = request.after === null ? 0 : rows.findIndex((row) => String(row.id) === request.after) + 1;
  const page = rows.slice(start, start + request.limit);
  const last = page[page.length - 1];
  return {
    rows: page.map((row) => ({ ...row })),
    next: last && start + request.limit < rows.length ? String(last.id) : null,
    counts: counts(world),
    revision: world.status.revision,
  };
}

export function counts(world: World): InboxCounts {
  const sum: InboxCounts = { new: 0, ongoing: 0, newUnread: 0, ongoingUnread: 0, withVirtualAgent: 0, snoozed: 0, helpWanted: 0 };
  for (const { row } of world.conversations.values()) {
    if (row.helpRequested) sum.helpWanted += 1;
    if (row.snoozedUntil !== null) {
      sum.snoozed += 1;
    } else if (row.list === 'new') {
      sum.new += 1;
      if (row.unread > 0) sum.newUnread += 1;
    } else if (row.list === 'ongoing') {
      sum.ongoing += 1;
      if (row.unread > 0) sum.ongoingUnread += 1;
    } else if (row.list === 'withVirtualAgent') {
      sum.withVirtualAgent += 1;
    }
  }
  return sum;
}

export function listMessages(world: World, conversation: FakeConversation, request: Request<'list_messages'>): Answer<'list_messages'> {
  const all = conversation.messages;
  const { anchor, limit } = request;
  const firstUnread = all.find((it) => it.direction === 'inbound' && it.position > conversation.readUpTo)?.position ?? null;
  let start: number;
  let end: number;
  switch (anchor.kind) {
    case 'latest':
      end = all.length;
      start = Math.max(0, end - limit);
      break;
    case 'before':
      end = lowerBound(all, anchor.position);
      start = Math.max(0, end - limit);
      break;
    case 'after':
      start = lowerBound(all, anchor.position + 1);
      end = Math.min(all.length, start + limit);
      break;
    case 'unread':
    case 'around': {
      const at = anchor.kind === 'around' ? anchor.position : firstUnread;
      const middle = at === null ? all.length : lowerBound(all, at);
      end = Math.min(all.length, middle + Math.ceil(limit / 2));
      start = Math.max(0, end - limit);
      break;
    }
  }
  return {
    messages: all.slice(start, end).map((it) => structuredClone(it)),
    hasOlder: start > 0,
    hasNewer: end < all.length,
    firstUnread,
    revision: world.status.revision,
  };
}

function lowerBound(messages: readonly MessageView[], position: number): number {
  const found = messages.findIndex((it) => it.position >= position);
  return found < 0 ? messages.length : found;
}

export function search(world: World, request: Request<'search'>): Answer<'search'> {
  const words = request.query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { conversations: [], hits: [], next: null };
  const digits = request.query.replace(/\D/g, '');
  const everyone = [...world.conversations.values()].filter(
    (it) => request.conversationId === null || it.row.id === request.conversationId,
  );
  const conversations = everyone
    .filter(({ row }) => {
      const name = row.requester.toLowerCase();
      return words.every((word) => name.includes(word)) || (digits.length >= 3 && row.requesterNumber.includes(digits));
    })
    .map(({ row }) => ({ ...row }))
    .slice(0, 5);
  const hits: SearchHit[] = [];
  for (const conversation of everyone) {
    for (const message of conversation.messages) {
      if (request.before !== null && message.position >= request.before) continue;
      if (request.from !== null && message.at < request.from) continue;
      if (request.until !== null && message.at >= request.until) continue;
      if (request.direction !== null && message.direction !== request.direction) continue;
      if (request.hasPicture !== null && message.media.length > 0 !== request.hasPicture) continue;
      const body = message.body.toLowerCase();
      if (!words.every((word) => body.includes(word))) continue;
      hits.push({
        conversationId: conversation.row.id,
        position: message.position,
        requester: conversation.row.requester,
        direction: message.direction,
        byVirtualAgent: message.authorKind === 'virtual_agent',
        at: message.at,
        snippet: snippet(message.body, words),
      });
    }
  }
  hits.sort((a, b) => b.position - a.position);
  const page = hits.slice(0, request.limit);
  return { conversations, hits: page, next: hits.length > page.length ? (page[page.length - 1]?.position ?? null) : null };
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
