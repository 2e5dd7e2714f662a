/** The tables of agents and queues (K-2). */
import type { AgentInsight, QueueInsight } from '../../ipc';
import { count } from '../../lib/words';
import type { Sheet } from './csv';
import { duration } from './words';

const seconds = (milliseconds: number | null) => (milliseconds === null ? null : Math.round(milliseconds / 1000));

/** A column of a table: its heading, what is shown, and what a spreadsheet gets. */
export interface Field<T> {
  head: string;
  /** The heading in a file, where it has to name its unit. */
  fileHead?: string;
  shown: (row: T) => string;
  value: (row: T) => string | number | null;
}

const number = <T>(head: string, of: (row: T) => number): Field<T> => ({ head, shown: (row) => count(of(row)), value: of });
const time = <T>(head: string, of: (row: T) => number | null): Field<T> => ({
  head,
  fileHead: `${head} (seconds)`,
  shown: (row) => duration(of(row)),
  value: (row) => seconds(of(row)),
});

export const AGENT_FIELDS: readonly Field<AgentInsight>[] = [
  number('Conversations', (row) => row.conversations),
  number('Texts', (row) => row.texts),
  time('Average response', (row) => row.response.average),
  time('Had them for', (row) => row.held),
  number('Accepted', (row) => row.accepted),
  number('Rejected', (row) => row.rejected),
  number('Not answered', (row) => row.timedOut),
];

export const QUEUE_FIELDS: readonly Field<QueueInsight>[] = [
  number('New', (row) => row.queued),
  number('Accepted', (row) => row.accepted),
  number('Automatically', (row) => row.auto),
  time('Average wait', (row) => row.wait.average),
  number('Beyond target', (row) => row.exceeded),
  number('Rejected', (row) => row.rejected),
  number('Not answered', (row) => row.timedOut),
  number('Canceled', (row) => row.canceled),
];

export function sheetOf<T extends { name: string }>(kind: string, fields: readonly Field<T>[], rows: readonly T[]): Sheet {
  return { head: [kind, ...fields.map((field) => field.fileHead ?? field.head)], rows: rows.map((row) => [row.name, ...fields.map((field) => field.value(row))]) };
}
