/** The present, ticking slowly, shared by everything that shows "3 min". */
import { getContext, setContext } from 'svelte';

const KEY = Symbol('now');
const TICK = 15_000;

export class Now {
  at = $state(Date.now());

  /** Keeps time until the answer is called. */
  run(): () => void {
    const timer = setInterval(() => (this.at = Date.now()), TICK);
    return () => clearInterval(timer);
  }
}

export function provideNow(now: Now): void {
  setContext(KEY, now);
}

export function useNow(): Now {
  return getContext<Now>(KEY);
}
