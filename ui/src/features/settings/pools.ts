/** Who is asked, and when: what can be wrong with it. */
import type { GroupOrderView, GroupView, PoolView } from '../../ipc';
import { wholeNumber } from '../../lib/numbers';

/** What is wrong with each step of asking; `null` for a good one. */
export function poolProblems(pools: readonly PoolView[]): (string | null)[] {
  return pools.map((pool, index) => {
    if (pool.groupIds.length === 0) return 'Choose a group, or remove this step.';
    if (!Number.isInteger(pool.afterSeconds) || pool.afterSeconds < 0) return 'Put in whole seconds; 0 asks at once.';
    const asAnother = pools.findIndex((other) => other.afterSeconds === pool.afterSeconds) < index;
    return asAnother ? 'Another step asks after the same time. Tick its groups there, or ask later here.' : null;
  });
}

/** Where a group stands that was given no place of its own. */
const USUAL_PLACE = 100;

/** Places as they are typed, by group. */
export type Places = Record<string, string>;

export function typedPlaces(orders: readonly GroupOrderView[]): Places {
  return Object.fromEntries(orders.map((own) => [own.groupId, String(own.order)]));
}

/** What is wrong with the place of a group; `null` for a good one. */
export function placeProblem(typed: string): string | null {
  return typed.trim() === '' || wholeNumber(typed, 1) !== null ? null : 'A place is a whole number from 1, or empty.';
}

/** Places to save: of the groups that are asked, where one was typed. */
export function placesToSave(places: Places, pools: readonly PoolView[]): GroupOrderView[] {
  const asked = new Set(pools.flatMap((pool) => pool.groupIds));
  return [...asked].flatMap((groupId) => {
    const order = wholeNumber(places[groupId] ?? '', 1);
    return order === null ? [] : [{ groupId, order }];
  });
}

/** In what order the groups are asked, in words; `null` where all stand at one place. */
export function placesInWords(places: Places, pools: readonly PoolView[], groups: readonly Pick<GroupView, 'id' | 'name'>[]): string | null {
  const asked = new Set(pools.flatMap((pool) => pool.groupIds));
  const tiers = new Map<number, string[]>();
  for (const group of groups) {
    if (!asked.has(group.id)) continue;
    const place = wholeNumber(places[group.id] ?? '', 1) ?? USUAL_PLACE;
    tiers.set(place, [...(tiers.get(place) ?? []), group.name]);
  }
  if (tiers.size < 2) return null;
  const inOrder = [...tiers].sort(([one], [other]) => one - other).map(([, names]) => names.join(' and '));
  return `First ${inOrder.join(', then ')}.`;
}
