/** What tables, columns and imports are called. */
import type { ColumnKindView, ImportReport, ImportVerdict, RecordTableView } from '../../ipc';
import { counted } from '../../lib/words';

export const KINDS: readonly { value: ColumnKindView; label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'flag', label: 'Yes or no' },
  { value: 'phone', label: 'Phone number' },
  { value: 'date', label: 'Date' },
  { value: 'link', label: 'Link' },
];

export const VERDICTS: Record<ImportVerdict, string> = {
  new: 'New',
  changed: 'Changed',
  same: 'No change',
  duplicate: 'Twice in the file',
  broken: 'Left out',
};

/** What a name for people is called in topics: lower case, digits and `_`. */
export function topicName(shown: string): string {
  const plain = shown
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  return /^[a-z]/.test(plain) || plain === '' ? plain : `n${plain}`;
}

/** A table in one line. */
export function inShort(table: RecordTableView): string {
  const used = table.usedBy.length === 0 ? 'no topic uses it' : `used by ${table.usedBy.join(', ')}`;
  return [counted(table.rows, 'row', 'rows'), counted(table.columns.length, 'column', 'columns'), used].join(' · ');
}

const rows = (number: number) => counted(number, 'row', 'rows');

/** What pressing the button does, in one line. */
export function willDo(report: ImportReport): string {
  const parts = [];
  if (report.new > 0) parts.push(`add ${rows(report.new)}`);
  if (report.changed > 0) parts.push(`change ${rows(report.changed)}`);
  const left = report.broken + report.duplicate;
  const does = parts.length === 0 ? 'Nothing would change' : `This will ${parts.join(' and ')}`;
  return left === 0 ? `${does}.` : `${does}; ${left === 1 ? '1 line is' : `${left} lines are`} left out.`;
}

/** What was done, for the notice. */
export function didDo(report: ImportReport): string {
  const parts = [];
  if (report.new > 0) parts.push(`${rows(report.new)} added`);
  if (report.changed > 0) parts.push(`${rows(report.changed)} changed`);
  return parts.length === 0 ? 'Nothing was new' : parts.join(', ');
}

/** A value as a person reads it. */
export function cellText(kind: ColumnKindView, text: string | undefined): string {
  if (text === undefined || text === '') return '';
  if (kind === 'flag') return text === 'true' ? 'Yes' : 'No';
  return text;
}
