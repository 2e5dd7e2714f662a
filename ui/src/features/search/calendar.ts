/** A year of days for the heat-map: weeks from Monday on, and how strong each day's colour is. */

import { LOCALE } from '../../lib/locale';

/** Weeks of a year, with the one that has begun. */
const WEEKS = 53;
/** Colours beside that of nothing. */
export const LEVELS = 4;

export interface Year {
  /** A Monday. */
  first: string;
  last: string;
}

/** The local day of an instant. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Noon, because days are not always 24 hours long. */
export function noon(day: string): Date {
  return new Date(`${day}T12:00:00`);
}

export function addDays(day: string, days: number): string {
  const date = noon(day);
  date.setDate(date.getDate() + days);
  return dayOf(date.getTime());
}

/** 0 is Monday. */
export function weekdayOf(day: string): number {
  return (noon(day).getDay() + 6) % 7;
}

/** The year that ends on a day, in whole weeks. */
export function yearUntil(last: string): Year {
  return { first: addDays(last, -weekdayOf(last) - 7 * (WEEKS - 1)), last };
}

/** The days of a year by week and weekday; what is not in it is `null`. */
export function weeksOf(year: Year): (string | null)[][] {
  return Array.from({ length: WEEKS }, (_, week) =>
    Array.from({ length: 7 }, (__, weekday) => {
      const day = addDays(year.first, week * 7 + weekday);
      return day <= year.last ? day : null;
    }),
  );
}

/**
 * Bounds of the levels: as many days in each, so that one very busy day does not make all others look alike. A day's
 * level is how many bounds it reaches.
 */
export function boundsOf(counts: readonly number[]): number[] {
  const sorted = counts.filter((count) => count > 0).sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  return Array.from({ length: LEVELS - 1 }, (_, nth) => sorted[Math.ceil(((nth + 1) * sorted.length) / LEVELS) - 1] ?? 0);
}

export function levelOf(count: number, bounds: readonly number[]): number {
  return count <= 0 ? 0 : 1 + bounds.filter((bound) => count >= bound).length;
}

const monthName = new Intl.DateTimeFormat(LOCALE, { month: 'short' });
const dayName = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const shortName = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });

/** Names of months above the weeks in which they begin. */
export function monthsOf(weeks: readonly (readonly (string | null)[])[]): string[] {
  let before = '';
  return weeks.map((week, index) => {
    const name = week[0] ? monthName.format(noon(week[0])) : before;
    // The first one has no room if another begins right after it.
    const next = weeks[index + 2]?.[0];
    const fits = index > 0 || (next != null && monthName.format(noon(next)) === name);
    const shown = name !== before && fits ? name : '';
    before = name;
    return shown;
  });
}

export const dayWords = (day: string): string => dayName.format(noon(day));
export const shortDay = (day: string): string => shortName.format(noon(day));
