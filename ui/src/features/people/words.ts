/** What an import's rows and counts are called. */
import type { ImportReport, ImportVerdict } from '../../ipc';
import { dayAndTime } from '../../lib/time';

export const VERDICTS: Record<ImportVerdict, string> = {
  new: 'New',
  changed: 'Changed',
  same: 'No change',
  duplicate: 'Duplicate',
  broken: 'Left out',
};

const people = (number: number) => (number === 1 ? '1 person' : `${number} people`);

/** What pressing the button does, in one line. */
export function willDo(report: ImportReport): string {
  const parts = [];
  if (report.new > 0) parts.push(`add ${people(report.new)}`);
  if (report.changed > 0) parts.push(`change ${people(report.changed)}`);
  const left = report.broken + report.duplicate;
  const does = parts.length === 0 ? 'Nothing would change' : `This will ${parts.join(' and ')}`;
  return left === 0 ? `${does}.` : `${does}; ${left === 1 ? '1 row is' : `${left} rows are`} left out.`;
}

/** What was done, for the notice. */
export function didDo(report: ImportReport): string {
  const parts = [];
  if (report.new > 0) parts.push(`${people(report.new)} added`);
  if (report.changed > 0) parts.push(`${people(report.changed)} changed`);
  return parts.length === 0 ? 'Everybody was known already' : parts.join(', ');
}

export function ago(at: number, now: number): string {
  return dayAndTime(at, now);
}

/** The field that a refusal speaks of, by the name it gives it; `null` where it is none of these. */
export function fieldOf(error: { message: string }): 'mobilePhone' | 'phone' | 'territory' | null {
  if (error.message.includes('mobile phone')) return 'mobilePhone';
  if (error.message.includes('business phone')) return 'phone';
  return error.message.includes('territory') ? 'territory' : null;
}
