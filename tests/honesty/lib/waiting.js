// Waiting for a state with a deadline.

import { setTimeout as pause } from "node:timers/promises";

/** Asks again and again until `probe` gives something truthy; fails with `what` after the deadline. */
export async function until(what, probe, patience = 20_000) {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await pause(40);
  }
}
