/** Who is asked, and when: what can be wrong with it. */
import type { PoolView } from '../../ipc';

/** What is wrong with each step of asking; `null` for a good one. */
export function poolProblems(pools: readonly PoolView[]): (string | null)[] {
  return pools.map((pool, index) => {
    if (pool.groupIds.length === 0) return 'Choose a group, or remove this step.';
    if (!Number.isInteger(pool.afterSeconds) || pool.afterSeconds < 0) return 'Put in whole seconds; 0 asks at once.';
    const asAnother = pools.findIndex((other) => other.afterSeconds === pool.afterSeconds) < index;
    return asAnother ? 'Another step asks after the same time. Tick its groups there, or ask later here.' : null;
  });
}
