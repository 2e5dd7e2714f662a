/** Reading the fake's world: lists and threads, with the same paging as the product. */
import type { Answer, Request } from '../backend';
import type { InboxCounts, MessageView } from '../bindings';
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
    case 'from':
    case 'after':
      start = lowerBound(all, anchor.kind === 'from' ? anchor.position : anchor.position + 1);
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
