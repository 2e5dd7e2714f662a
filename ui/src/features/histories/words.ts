/** What the columns of a file can mean, and what an import came to, in words. */
import type { HistoryCheckView, HistoryFieldView, HistoryImportView, HistoryMappingView, TimeFormatView } from '../../ipc';
import { count, counted } from '../../lib/words';

export interface FieldRow {
  field: HistoryFieldView;
  label: string;
  hint?: string;
}

/** What most files have; the others are offered where one was recognised. */
export const FIELDS: readonly FieldRow[] = [
  { field: 'from', label: 'Sender', hint: 'With the recipient: the number that is yours tells the direction.' },
  { field: 'to', label: 'Recipient' },
  { field: 'theirs', label: 'Customer’s number', hint: 'Instead of sender and recipient.' },
  { field: 'ours', label: 'Our number' },
  { field: 'direction', label: 'Direction', hint: 'In or out, in the words of the other system.' },
  { field: 'at', label: 'Time' },
  { field: 'body', label: 'Text' },
  { field: 'id', label: 'Id', hint: 'A SID of Twilio’s, or the other system’s own.' },
  { field: 'status', label: 'Status' },
  { field: 'agent', label: 'Who of us wrote it' },
  { field: 'name', label: 'Customer’s name' },
];

export const TIMES: readonly { value: TimeFormatView; label: string }[] = [
  { value: 'automatic', label: 'Find out' },
  { value: 'dayMonthYear', label: 'Day first' },
  { value: 'monthDayYear', label: 'Month first' },
];

export function columnOf(mapping: HistoryMappingView, field: HistoryFieldView): string {
  return mapping.columns.find((mapped) => mapped.field === field)?.column ?? '';
}

/** The mapping with a field in another column; `''` takes it away. */
export function mapped(mapping: HistoryMappingView, field: HistoryFieldView, column: string): HistoryMappingView {
  const others = mapping.columns.filter((it) => it.field !== field);
  return { ...mapping, columns: column === '' ? others : [...others, { field, column }] };
}

/** `1,204 texts in 86 conversations`. */
export function broughtWords(it: HistoryImportView): string {
  const parts = [`${counted(it.texts, 'text', 'texts')}`];
  if (it.conversations > 0) parts.push(counted(it.conversations, 'new conversation', 'new conversations'));
  if (it.people > 0) parts.push(counted(it.people, 'new person', 'new people'));
  if (it.duplicates > 0) parts.push(`${count(it.duplicates)} here already`);
  if (it.leftOut > 0) parts.push(`${count(it.leftOut)} left out`);
  return parts.join(' · ');
}

export function stateWords(it: HistoryImportView): string | null {
  switch (it.state) {
    case 'running':
      return 'Coming in';
    case 'removing':
      return 'Being taken out';
    case 'removed':
      return 'Taken out';
    case 'done':
      return null;
  }
}

/** The figures of a look, one row each; what is zero and says nothing is left out. */
export function checkRows(check: HistoryCheckView): { what: string; amount: string }[] {
  const rows = [
    { what: 'Texts that would come in', amount: check.texts, always: true },
    { what: 'Conversations that are new', amount: check.newConversations, always: true },
    { what: 'Conversations that are here and get texts', amount: check.knownConversations, always: false },
    { what: 'People who would be added', amount: check.newPeople, always: false },
    { what: 'Customers who are in the directory', amount: check.knownPeople, always: false },
    { what: 'Here already, or twice in the file', amount: check.duplicates, always: true },
    { what: 'Deleted here for their age', amount: check.deleted, always: false },
    { what: 'Customers who would be blocked: their last word was STOP', amount: check.blocks, always: false },
  ];
  return rows.filter((row) => row.always || row.amount > 0).map(({ what, amount }) => ({ what, amount: count(amount) }));
}
