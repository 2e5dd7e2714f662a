/** Tells the app that somebody is at the desk, now and then: the lock goes by it. */
import type { Backend } from '../../ipc';

/** Often enough for a lock that counts in minutes. */
const AT_MOST_EVERY = 10_000;
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

/** Listens until the answer is called. */
export function followActivity(backend: Backend): () => void {
  let told = 0;
  const tell = () => {
    const now = Date.now();
    if (now - told < AT_MOST_EVERY) return;
    told = now;
    // Not being heard once only brings the lock a little earlier.
    backend.call('note_activity').catch(() => undefined);
  };
  for (const sign of SIGNS) window.addEventListener(sign, tell, { capture: true, passive: true });
  return () => {
    for (const sign of SIGNS) window.removeEventListener(sign, tell, { capture: true });
  };
}
