/** Opening hours as people write them: "9:00-12:30, 14:00-17:00". */
import type { HoursView, Settings, SpanView } from '../../ipc';

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export function minutesOf(text: string): number | null {
  const found = /^(\d{1,2})(?::(\d{2}))?$/.exec(text.trim());
  if (!found) return null;
  const minutes = Number(found[1]) * 60 + Number(found[2] ?? 0);
  return Number(found[2] ?? 0) < 60 && minutes <= 24 * 60 ? minutes : null;
}

/** Monday to Friday, 9 to 5, in the laptop's time zone. */
export function officeHours(timeZone: string): HoursView {
  const day = [{ from: 9 * 60, to: 17 * 60 }];
  return { timeZone, week: [day, day, day, day, day, [], []].map((spans) => [...spans]), exceptions: [] };
}

export type SpansOrProblem = { spans: SpanView[]; problem: null } | { spans: null; problem: string };

/**
 * Reads a day; empty = none. Says what is wrong as soon as it can be known.
 * Over midnight, a span that does not end after it begins ends on the next day.
 */
export function readSpans(text: string, overMidnight = false): SpansOrProblem {
  const spans: SpanView[] = [];
  for (const part of text.split(',').map((it) => it.trim())) {
    if (part === '') continue;
    const [from, to] = part.split(/\s*[-–]\s*/).map((it) => minutesOf(it));
    if (from === null || from === undefined || to === null || to === undefined) return { spans: null, problem: `“${part}” is not a time like 9:00-17:00.` };
    const overnight = overMidnight && to < from;
    if (overMidnight && (to === from || from === 24 * 60)) return { spans: null, problem: `“${part}” needs two different times, such as 22:00-7:00.` };
    if (to <= from && !overnight) return { spans: null, problem: `“${part}” ends before it begins.` };
    if (spans.some((other) => from < endOf(other) && other.from < endOf({ from, to }))) return { spans: null, problem: `“${part}” overlaps other hours of the day.` };
    spans.push({ from, to });
  }
  return { spans: spans.sort((one, other) => one.from - other.from), problem: null };
}

/** Minutes since the midnight before it begins. */
const endOf = (span: SpanView): number => (span.to <= span.from ? span.to + 24 * 60 : span.to);

export function writeSpans(spans: readonly SpanView[]): string {
  return spans.map((span) => `${clock(span.from)}-${clock(span.to)}`).join(', ');
}

/** What is wrong with each day that differs; `null` for a good one. */
export function exceptionProblems(days: readonly { date: string; hours: string }[]): (string | null)[] {
  return days.map((day, index) => {
    if (day.date === '') return 'Choose the date.';
    if (days.findIndex((other) => other.date === day.date) < index) return 'This date is there already.';
    return readSpans(day.hours).problem;
  });
}

/** Why a week cannot be; `null` for a good one. */
export function weekProblem(week: readonly (readonly SpanView[])[]): string | null {
  return week.every((spans) => spans.length === 0) ? 'With these hours the queue would never be open.' : null;
}

/** Quiet hours to begin with: every night. */
const NIGHT: SpanView = { from: 22 * 60, to: 7 * 60 };
export const NIGHTS: Settings['quietHours'] = [[NIGHT], [NIGHT], [NIGHT], [NIGHT], [NIGHT], [NIGHT], [NIGHT]];
