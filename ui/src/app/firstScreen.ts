/** Tells the shell, once, that the first screen with something to act on has been painted: a start is measured to here. */
import type { Backend } from '../ipc';

export function firstScreen(backend: Backend): () => void {
  let told = false;
  return () => {
    if (told) return;
    told = true;
    // The second frame begins when the first has been painted.
    requestAnimationFrame(() => requestAnimationFrame(() => void backend.windowReady?.().catch(() => undefined)));
  };
}
