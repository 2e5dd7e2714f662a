/** How much of the past can be asked for, as choices. */
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

export function choiceOf(days: number | null): BackfillChoice {
  return BACKFILL_CHOICES.find((it) => DAYS[it.value] === days)?.value ?? 'month';
}
