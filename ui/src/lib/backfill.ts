/** How much of the past can be asked for, as choices, and how far fetching it has come. */
import type { BackfillProgress, PastDayReason, PastDays, PastDayState } from '../ipc';
import { date } from './time';

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

/** Fetching the past is wanted and not over. */
export function isUnderWay(progress: BackfillProgress | null): boolean {
  return progress?.state.kind === 'running' || progress?.state.kind === 'paused';
}

/** The window's time zone, by its IANA name. */
export function windowZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Noon of a day like `2026-11-22`, which is on that day in every time zone. */
function noonOf(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 12).getTime();
}

/** From when to when. */
export function daysWords(days: Pick<PastDays, 'first' | 'last'>): string {
  const first = date(noonOf(days.first));
  return days.first === days.last ? first : `${first} – ${date(noonOf(days.last))}`;
}

const STATES: Record<PastDayState, string> = { complete: 'Complete', partly: 'Partly here', notHere: 'Not here' };
const REASONS: Record<PastDayReason, string> = {
  notFetched: 'not fetched yet',
  goneAtCarrier: 'Twilio no longer has it',
  deletedHere: 'deleted here for its age',
  cameFromElsewhere: 'came from elsewhere; not compared with Twilio',
};

/** What is said of days. */
export function stateWords(days: Pick<PastDays, 'state' | 'why'>): string {
  return days.why === null ? STATES[days.state] : `${STATES[days.state]}: ${REASONS[days.why]}`;
}

/** Fetching them again could bring something. */
export function canFetchAgain(days: Pick<PastDays, 'why'>): boolean {
  return days.why === 'notFetched' || days.why === 'cameFromElsewhere';
}
