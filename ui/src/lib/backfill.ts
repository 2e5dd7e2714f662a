/** How much of the past can be asked for, as choices, and how far fetching it has come. */
import type { BackfillProgress } from '../ipc';
import { date, startOfDay } from './time';

export type BackfillChoice = 'nothing' | 'month' | 'quarter' | 'year' | 'everything';

export const BACKFILL_CHOICES: readonly { value: BackfillChoice; label: string }[] = [
  { value: 'nothing', label: 'Nothing' },
  { value: 'month', label: '30 days' },
  { value: 'quarter', label: '90 days' },
  { value: 'year', label: 'A year' },
  { value: 'everything', label: 'Everything' },
];

const DAYS: Record<BackfillChoice, number | null> = { nothing: 0, month: 30, quarter: 90, year: 365, everything: null };

/** Days back; `null` = all that Twilio keeps. */
export function daysOf(choice: BackfillChoice): number | null {
  return DAYS[choice];
}

/** The choice that an earlier wish was, to be offered again. */
export function choiceBefore(progress: BackfillProgress, now: number): BackfillChoice {
  const { until } = progress;
  if (until === null) return 'everything';
  const days = (now - until) / 86_400_000;
  // Time has passed since, so the wish is the longest that has not grown beyond it.
  return BACKFILL_CHOICES.findLast((it) => (DAYS[it.value] ?? Infinity) <= days && it.value !== 'nothing')?.value ?? 'month';
}

export function choiceOf(days: number | null): BackfillChoice {
  return BACKFILL_CHOICES.find((it) => DAYS[it.value] === days)?.value ?? 'month';
}

/** Twilio keeps texts for 13 months. */
const KEPT = 400 * 86_400_000;

/** How much of the past is fetched, 0…1, measured in time. An account younger than what was asked for is done sooner. */
export function fractionDone(progress: BackfillProgress, now: number): number {
  if (progress.reached === null) return 0;
  const whole = now - (progress.until ?? now - KEPT);
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, (now - progress.reached) / whole));
}

const DAY = 86_400_000;

/** Which days are complete here. The walk comes from today, so that they are one stretch; the day that it stands in is not. */
export function completeWords(progress: BackfillProgress, now: number): string {
  if (progress.state.kind === 'finished' && progress.until === null) return 'Everything that Twilio still has is here.';
  const edge = progress.state.kind === 'finished' ? progress.until : progress.reached;
  if (edge === null) return 'No day before Tern went live is complete yet.';
  // Noon of the day after: days are not all 24 hours long.
  const first = startOfDay(startOfDay(edge) + 1.5 * DAY);
  if (first > startOfDay(now)) return 'No day before today is complete yet.';
  return `Every day from ${date(first)} on is complete; older ones are ${progress.state.kind === 'running' ? 'still being fetched' : 'not here'}.`;
}
