/** Hits by conversation, without knowing all of them: a group stands where its newest hit stands. */
import type { SearchHit } from '../../ipc';

/** Hits of a group that are shown before it is opened up. */
const SHOWN = 3;

export interface HitGroup {
  conversationId: number;
  requester: string;
  shown: SearchHit[];
  /** Hits that were loaded and are not shown. */
  hidden: number;
}

export function groupHits(hits: readonly SearchHit[], opened: ReadonlySet<number>): HitGroup[] {
  const groups = new Map<number, HitGroup>();
  for (const hit of hits) {
    let group = groups.get(hit.conversationId);
    if (!group) {
      group = { conversationId: hit.conversationId, requester: hit.requester, shown: [], hidden: 0 };
      groups.set(hit.conversationId, group);
    }
    if (group.shown.length < SHOWN || opened.has(hit.conversationId)) group.shown.push(hit);
    else group.hidden += 1;
  }
  return [...groups.values()];
}

/** What was typed without the day that it asks for. */
export function withoutDay(query: string): string {
  return query
    .replaceAll(/(^|\s)on:("[^"]*"?|\S*)/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
