/** Values of tables, as people read them. */
import type { ColumnKindView } from '../ipc';

/** A value as a person reads it. */
export function cellText(kind: ColumnKindView, text: string | undefined): string {
  if (text === undefined || text === '') return '';
  if (kind === 'flag') return text === 'true' ? 'Yes' : 'No';
  return text;
}
