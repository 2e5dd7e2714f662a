/** How long something will probably wait yet, in words (H-5). */
import type { WaitEstimateView } from '../../ipc';
import { waitWords } from '../../lib/time';

/** Empty where nothing waits in a queue. */
export function estimateWords(estimate: WaitEstimateView | null, now: number): string {
  if (!estimate) return '';
  if (estimate.leftMs === null || estimate.usualMs === null) return 'Estimated wait: not enough to tell yet.';
  const left = estimate.leftMs - Math.max(0, now - estimate.at);
  return left > 0 ? `Estimated wait: ${waitWords(left)}.` : `Longer than it usually takes (${waitWords(estimate.usualMs)}).`;
}
