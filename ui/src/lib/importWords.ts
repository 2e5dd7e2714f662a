/** What the rows and counts of an import are called, whatever is imported. */
import { counted } from './words';

export type Verdict = 'new' | 'changed' | 'same' | 'duplicate' | 'broken';

/** A row of a file, and what becomes of it. */
export interface FileRow {
  line: number;
  name: string;
  verdict: Verdict;
  fields: readonly string[];
  reason: string;
  warnings: readonly string[];
}

/** What an import does, or has done. */
export interface FileReport {
  /** Such as `CSV`. */
  format: string;
  encoding: string;
  ignoredColumns: readonly string[];
  rows: readonly FileRow[];
  new: number;
  changed: number;
  duplicate: number;
  broken: number;
  undo: string | null;
}

/** What is imported, one and several of it. */
export type Noun = readonly [one: string, several: string];

export const VERDICTS: Record<Verdict, string> = {
  new: 'New',
  changed: 'Changed',
  same: 'No change',
  duplicate: 'Twice in the file',
  broken: 'Left out',
};

const ORDER: readonly Verdict[] = ['broken', 'duplicate', 'changed', 'new', 'same'];

/** What has to be looked at comes first. */
export function inOrder(rows: readonly FileRow[]): FileRow[] {
  const rank = (row: FileRow) => (row.warnings.length > 0 && row.verdict !== 'broken' ? 0.5 : ORDER.indexOf(row.verdict));
  return rows.toSorted((one, other) => rank(one) - rank(other) || one.line - other.line);
}

type Counts = Pick<FileReport, 'new' | 'changed' | 'duplicate' | 'broken'>;

/** What pressing the button does, in one line. */
export function willDo(report: Counts, [one, several]: Noun): string {
  const parts = [];
  if (report.new > 0) parts.push(`add ${counted(report.new, one, several)}`);
  if (report.changed > 0) parts.push(`change ${counted(report.changed, one, several)}`);
  const left = report.broken + report.duplicate;
  const does = parts.length === 0 ? 'Nothing would change' : `This will ${parts.join(' and ')}`;
  return left === 0 ? `${does}.` : `${does}; ${left === 1 ? '1 line is' : `${left} lines are`} left out.`;
}

/** What was done, for the notice; `null` if nothing was. */
export function didDo(report: Counts, [one, several]: Noun): string | null {
  const parts = [];
  if (report.new > 0) parts.push(`${counted(report.new, one, several)} added`);
  if (report.changed > 0) parts.push(`${counted(report.changed, one, several)} changed`);
  return parts.length === 0 ? null : parts.join(', ');
}
