/**
 * Keeps a list from jumping under the pointer: while it is held, rows keep their places and only
 * their content is renewed; what would have moved is counted and offered.
 */
import type { ConversationRow } from '../../ipc';

export interface HeldList {
  rows: ConversationRow[];
  /** Conversations that are new or have news and would move up. */
  waiting: number;
  /** The order shown is not the order that holds. */
  behind: boolean;
}

export function holdOrder(shown: readonly ConversationRow[], fresh: readonly ConversationRow[]): HeldList {
  const byId = new Map(fresh.map((row) => [row.id, row]));
  const shownIds = new Set(shown.map((row) => row.id));
  const rows = shown.map((row) => byId.get(row.id) ?? row);
  // What comes in below every shown row moves nothing, so it is shown at once: an old conversation that a snooze
  // gives back, or the first one of an empty list.
  const end = fresh.findLastIndex((row) => shownIds.has(row.id)) + 1;
  const arrived = fresh.slice(0, end).filter((row) => !shownIds.has(row.id)).length;
  const behind = arrived > 0 || !sameOrder(shown, fresh);
  return { rows: [...rows, ...fresh.slice(end)], waiting: arrived + movedUp(rows), behind };
}

/** Rows with something newer than a row shown above them; counted from what is shown, so that asking twice counts once. */
function movedUp(rows: readonly ConversationRow[]): number {
  let oldestAbove = Number.POSITIVE_INFINITY;
  let moved = 0;
  for (const row of rows) {
    if (row.lastAt > oldestAbove) moved += 1;
    oldestAbove = Math.min(oldestAbove, row.lastAt);
  }
  return moved;
}

function sameOrder(shown: readonly ConversationRow[], fresh: readonly ConversationRow[]): boolean {
  return shown.length <= fresh.length && shown.every((row, index) => fresh[index]?.id === row.id);
}
