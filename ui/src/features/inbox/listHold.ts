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
  const known = new Map(shown.map((row) => [row.id, row.lastAt]));
  // Rows below the loaded part are not news; only what would come in above the last shown row is.
  const oldestShown = shown.reduce((oldest, row) => Math.min(oldest, row.lastAt), Number.POSITIVE_INFINITY);
  const arrived = fresh.filter((row) => !shownIds.has(row.id) && row.lastAt >= oldestShown).length;
  const renewed = fresh.filter((row) => {
    const before = known.get(row.id);
    return before !== undefined && row.lastAt > before && fresh.indexOf(row) < shown.findIndex((it) => it.id === row.id);
  }).length;
  const behind = arrived > 0 || !sameOrder(shown, fresh);
  return { rows, waiting: arrived + renewed, behind };
}

function sameOrder(shown: readonly ConversationRow[], fresh: readonly ConversationRow[]): boolean {
  return shown.length <= fresh.length && shown.every((row, index) => fresh[index]?.id === row.id);
}
