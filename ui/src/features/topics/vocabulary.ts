/** What texts and expressions of a topic can name: its variables, the columns of its rows, and the known facts. */
import type { TopicVocabulary } from '../../ipc';
import type { TopicFile } from './file.gen';
import { listOf, textOf, type TopicNode } from './graph';

export interface Name {
  name: string;
  meaning: string;
}

/** The variables that a node sets, and the table of each that holds a row. */
export function setBy(node: TopicNode): { name: string; table: string | null }[] {
  const one = (key: string, table: string | null = null) => (textOf(node[key]) ? [{ name: textOf(node[key]), table }] : []);
  const each = (list: string, key: string) => listOf(node[list]).flatMap((it) => (textOf(it[key]) ? [{ name: textOf(it[key]), table: null }] : []));
  switch (node.kind) {
    case 'askText':
    case 'askChoice':
    case 'askYesNo':
    case 'askPicture':
      return one('variable');
    case 'askRecords':
      return one('variable', node['multiple'] === true ? null : textOf(node['table']) || null);
    case 'lookUp':
    case 'saveRecord':
      return one('variable', textOf(node['table']) || null);
    case 'set':
      return each('variables', 'name');
    case 'request':
      return each('response', 'variable');
    case 'block':
      return each('outputs', 'variable');
    default:
      return [];
  }
}

export function variablesOf(file: TopicFile): string[] {
  return [...new Set([...(file.inputs ?? []), ...file.nodes.flatMap((it) => setBy(it).map((set) => set.name))])];
}

/** The variables that hold a row, with its table. */
export function rowsOf(file: TopicFile): Map<string, string> {
  return new Map(file.nodes.flatMap((it) => setBy(it).flatMap(({ name, table }) => (table === null ? [] : [[name, table] as const]))));
}

/** Everything that can be named, the topic's own first. */
export function namesOf(file: TopicFile, vocabulary: TopicVocabulary | null): Name[] {
  const rows = rowsOf(file);
  const own = variablesOf(file).flatMap((name): Name[] => {
    const table = vocabulary?.tables.find((it) => it.name === rows.get(name));
    if (!table) return [{ name, meaning: 'A variable of this topic' }];
    return table.columns.map((column) => ({ name: `${name}.${column.name}`, meaning: `${column.label} of ${table.displayName}` }));
  });
  return [...own, ...(vocabulary?.facts ?? [])];
}
