/** Where an agent was at the desk, kept while the page begins anew behind the lock: by this window, in memory. */
import type { Place } from './desk.svelte';

const KEPT = 'tern.place';

export function keepPlace(place: Place | null): void {
  if (place) sessionStorage.setItem(KEPT, JSON.stringify(place));
}

/** What was kept, once. */
export function keptPlace(): Place | null {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return kept === null ? null : (JSON.parse(kept) as Place);
}
