/** How long something will probably wait yet, in words (H-5). */
import type { WaitEstimateView } from '../../ipc';
import { waitWords } from '../../lib/time';

/** Empty where nothing waits in a queue, and where too few have waited before to tell. */
export function estimateWords(estimate: WaitEstimateView | null, now: number): string {
  if (!estimate) return '';
  const left = estimate.leftMs - (estimate.counting ? Math.max(0, now - estimate.at) : 0);
  if (left <= 0) return `Longer than it usually takes (${waitWords(estimate.usualMs)}).`;
  return estimate.counting ? `Estimated wait: ${waitWords(left)}.` : `Estimated wait: ${waitWords(left)} once the queue is open.`;
}
