/** Periods by the local calendar, as days without a time: `2026-03-01`. */

import { LOCALE } from '../../lib/locale';

export type PeriodName = 'today' | 'week' | 'month' | 'quarter' | 'custom';

export interface Days {
  first: string;
  last: string;
}

export const PERIODS: readonly { value: PeriodName; label: string }[] = [
  { value: 'today', label: 'Today' },
  { value: 'week', label: '7 days' },
  { value: 'month', label: '28 days' },
  { value: 'quarter', label: 'Quarter' },
  { value: 'custom', label: 'Custom' },
];

const LENGTH: Record<Exclude<PeriodName, 'custom'>, number> = { today: 1, week: 7, month: 28, quarter: 91 };

/** The local day of an instant. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** So many days earlier. Noon, because days are not always 24 hours long. */
export function daysBefore(day: string, days: number): string {
  const date = new Date(`${day}T12:00:00`);
  date.setDate(date.getDate() - days);
  return dayOf(date.getTime());
}

/** The days of a named period that ends today. */
export function periodOf(name: Exclude<PeriodName, 'custom'>, now: number): Days {
  const last = dayOf(now);
  return { first: daysBefore(last, LENGTH[name] - 1), last };
}

/** Whether both are days and in their order. */
export function isPeriod(days: Days): boolean {
  const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(`${day}T12:00:00`));
  return isDay(days.first) && isDay(days.last) && days.first <= days.last;
}

const short = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const long = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });

/** `1 – 28 Mar 2026` in the person's own words. */
export function periodWords(days: Days): string {
  const [first, last] = [new Date(`${days.first}T12:00:00`), new Date(`${days.last}T12:00:00`)];
  if (days.first === days.last) return long.format(last);
  return `${(first.getFullYear() === last.getFullYear() ? short : long).format(first)} – ${long.format(last)}`;
}
