/** What tables and columns are called. */
import type { ColumnKindView, RecordTableView } from '../../ipc';
import { counted } from '../../lib/words';

export const KINDS: readonly { value: ColumnKindView; label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'flag', label: 'Yes or no' },
  { value: 'phone', label: 'Phone number' },
  { value: 'date', label: 'Date' },
  { value: 'link', label: 'Link' },
];

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
