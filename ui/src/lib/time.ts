/** Instants in the words of the person's own locale and time zone; the present is always passed in. */

import { LOCALE } from './locale';

const MINUTE = 60_000;
const DAY = 86_400_000;

const clock = new Intl.DateTimeFormat(LOCALE, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'short' });
const longWeekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'long' });
const dayMonth = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const longDay = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long' });
const longDate = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'short' });

/** Midnight at the start of the instant's day, local time. */
export function startOfDay(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole calendar days between two instants; 0 = the same day. */
export function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);
}

export function clockTime(at: number): string {
  return clock.format(at);
}

/** As short as a list row needs: `now`, `12 min`, `14:05`, `Tue`, `3 Mar`, `3 Mar 2023`. */
export function rowTime(at: number, now: number): string {
  const elapsed = now - at;
  if (elapsed < MINUTE) return 'now';
  if (elapsed < 60 * MINUTE) return `${Math.floor(elapsed / MINUTE)} min`;
  const days = daysBetween(at, now);
  if (days === 0) return clock.format(at);
  if (days < 7) return weekday.format(at);
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? dayMonth.format(at) : shortDate.format(at);
}

/** How long something lasts, in its largest unit: `under a minute`, `12 min`, `3 h`, `2 days`. */
export function waitWords(milliseconds: number): string {
  if (milliseconds < MINUTE) return 'under a minute';
  if (milliseconds < 60 * MINUTE) return `${Math.floor(milliseconds / MINUTE)} min`;
  const hours = Math.floor(milliseconds / (60 * MINUTE));
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** The line between two days of a thread: `Today`, `Yesterday`, `Tuesday`, `Tuesday, 3 March`, `3 March 2023`. */
export function dayHeader(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days > 1 && days < 7) return longWeekday.format(at);
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? longDay.format(at) : longDate.format(at);
}

/** Day and time together, for timelines: `Today, 14:05`. */
export function dayAndTime(at: number, now: number): string {
  const days = daysBetween(at, now);
  const day =
    days === 0 ? 'Today' : days === 1 ? 'Yesterday' : days < 7 && days > 1 ? weekday.format(at) : days < 300 ? dayMonth.format(at) : shortDate.format(at);
  return `${day}, ${clock.format(at)}`;
}

/** The same within a sentence: `today, 14:05`. */
export function dayAndTimeWithin(at: number, now: number): string {
  return dayAndTime(at, now).replace(/^(Today|Yesterday)\b/, (day) => day.toLowerCase());
}

/** An instant that is to come, as short as a list row needs: `14:05`, `Tue 09:00`, `3 Mar 09:00`. */
export function comingTime(at: number, now: number): string {
  const days = daysBetween(now, at);
  if (days === 0) return clock.format(at);
  const day = days === 1 ? 'Tomorrow' : days < 7 ? weekday.format(at) : days < 300 ? dayMonth.format(at) : shortDate.format(at);
  return `${day} ${clock.format(at)}`;
}

export function date(at: number): string {
  return shortDate.format(at);
}

/** Everything there is to say about an instant, for hints. */
export function fullTime(at: number): string {
  return full.format(at);
}
