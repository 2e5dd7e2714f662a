/** Topics and tables of the fake backend: kept in memory, never linted. */
import type { RecordRowView, RecordTableView, TopicKindView, TopicRow, TopicView } from '../bindings';
import { refuse, type CommandTable, type Seams } from './commands';

type TopicCommands = Pick<
  CommandTable,
  | 'list_topics'
  | 'topic'
  | 'check_topic'
  | 'save_topic'
  | 'add_ready_topic'
  | 'delete_topic'
  | 'restore_topic'
  | 'publish_topic'
  | 'unpublish_topic'
  | 'topic_versions'
  | 'compare_topic'
  | 'roll_back_topic'
  | 'topic_vocabulary'
  | 'list_record_tables'
  | 'save_record_table'
  | 'delete_record_table'
  | 'list_rows'
  | 'save_row'
  | 'delete_row'
  | 'virtual_agent'
  | 'save_virtual_agent'
  | 'set_bot_secret'
>;

interface FakeTopic {
  file: string;
  revision: number;
  published: { version: number; file: string } | null;
}

interface FileHead {
  name: string;
  displayName: string;
  description?: string;
  kind?: TopicKindView;
  active?: boolean;
}

const HOURS = JSON.stringify(
  {
    format: 1,
    name: 'hours_and_location',
    displayName: 'Hours and location',
    kind: 'topic',
    description: 'When and where customers find you.',
    keywords: ['hours', 'open', 'where are you'],
    start: 'tell',
    nodes: [{ id: 'tell', name: 'Hours', kind: 'sayText', text: 'We are here Monday to Friday, 9 to 5.' }],
  },
  null,
  2,
);

export function topicCommands({ world, tell }: Seams): TopicCommands {
  const topics = new Map<string, FakeTopic>();
  const deleted = new Map<string, FakeTopic>();
  let tables: RecordTableView[] = [];
  const rows = new Map<string, RecordRowView[]>();
  let secrets: string[] = [];
  let agent = { on: false, liveAgentOnly: [] as string[], chat: '{}' };

  const head = (file: string) => JSON.parse(file) as FileHead;
  const found = (name: string) => topics.get(name) ?? refuse('notFound', 'There is no such topic any more.');
  const row = (topic: FakeTopic): TopicRow => {
    const file = head(topic.file);
    return {
      name: file.name,
      displayName: file.displayName,
      kind: file.kind ?? 'topic',
      setup: null,
      description: file.description ?? '',
      revision: topic.revision,
      publishedVersion: topic.published?.version ?? null,
      changed: topic.published?.file !== topic.file,
      active: file.active ?? true,
      errors: 0,
      warnings: 0,
    };
  };
  const view = (topic: FakeTopic): TopicView => ({
    file: topic.file,
    revision: topic.revision,
    publishedVersion: topic.published?.version ?? null,
    changed: topic.published?.file !== topic.file,
    findings: [],
  });
  const list = () => ({
    on: agent.on,
    topics: [...topics.values()].map(row),
    ready: [
      {
        name: 'hours_and_location',
        displayName: 'Hours and location',
        description: 'When and where customers find you.',
        added: topics.has('hours_and_location'),
      },
    ],
  });
  const changed = <T>(answer: T): T => {
    tell({ kind: 'topics' });
    return answer;
  };

  return {
    list_topics: list,
    topic: ({ name }) => view(found(name)),
    check_topic: ({ file }) => {
      try {
        JSON.parse(file);
        return { problem: null, findings: [] };
      } catch {
        return { problem: { line: 1, what: 'This is not readable as JSON.' }, findings: [] };
      }
    },
    save_topic: ({ file, renamedFrom }) => {
      const { name } = head(file);
      const known = topics.get(renamedFrom ?? name);
      if (renamedFrom) topics.delete(renamedFrom);
      const topic = { file, revision: (known?.revision ?? 0) + 1, published: known?.published ?? null };
      topics.set(name, topic);
      return changed(view(topic));
    },
    add_ready_topic: ({ name }) => {
      const topic = { file: HOURS, revision: 1, published: null };
      topics.set(name, topic);
      return changed(view(topic));
    },
    delete_topic: ({ name }) => {
      deleted.set(name, found(name));
      topics.delete(name);
      return changed(list());
    },
    restore_topic: ({ name }) => {
      const topic = deleted.get(name);
      if (topic) topics.set(name, topic);
      return changed(list());
    },
    publish_topic: ({ name }) => {
      const topic = found(name);
      topic.published = { version: (topic.published?.version ?? 0) + 1, file: topic.file };
      return changed({ topic: view(topic), failedTests: [] });
    },
    unpublish_topic: ({ name }) => {
      const topic = found(name);
      topic.published = null;
      return changed(view(topic));
    },
    topic_versions: ({ name }) => {
      const version = topics.get(name)?.published?.version;
      return version ? [{ version, publishedAt: world.now(), publishedBy: world.settings.agentName, note: '', served: true }] : [];
    },
    compare_topic: () => [],
    roll_back_topic: ({ name }) => view(found(name)),
    topic_vocabulary: () => ({
      facts: [{ name: 'customer_name', meaning: "The customer's name, where it is known" }],
      tables,
      topics: [...topics.values()].map((topic) => {
        const file = head(topic.file);
        return { name: file.name, displayName: file.displayName, kind: file.kind ?? 'topic', inputs: [], outputs: [] };
      }),
      secrets,
      hosts: [],
    }),
    list_record_tables: () => tables,
    save_record_table: ({ name, displayName, columns, key }) => {
      const table = { name, displayName, columns, key, rows: rows.get(name)?.length ?? 0, usedBy: [] };
      const known = tables.some((it) => it.name === name);
      tables = known ? tables.map((it) => (it.name === name ? table : it)) : [...tables, table];
      return changed({ tables, undo: null });
    },
    delete_record_table: ({ name }) => {
      tables = tables.filter((it) => it.name !== name);
      rows.delete(name);
      return changed({ tables, undo: null });
    },
    list_rows: ({ table, search }) => {
      const all = rows.get(table) ?? [];
      const wanted = search.toLowerCase();
      const found = all.filter((row) => Object.values(row.cells).some((cell) => cell.toLowerCase().includes(wanted)) || wanted === '');
      return { rows: found, next: null, total: all.length };
    },
    save_row: ({ table, id, cells }) => {
      const all = rows.get(table) ?? [];
      const row = { id: id ?? `${all.length + 1}`, cells, changedAt: world.now(), changedBy: '' };
      rows.set(table, all.some((it) => it.id === id) ? all.map((it) => (it.id === id ? row : it)) : [...all, row]);
      return changed({ row, undo: 'fake' });
    },
    delete_row: ({ table, id }) => {
      rows.set(table, (rows.get(table) ?? []).filter((it) => it.id !== id));
      return changed({ row: null, undo: 'fake' });
    },
    virtual_agent: () => agent,
    save_virtual_agent: (wanted) => {
      agent = wanted;
      return changed(agent);
    },
    set_bot_secret: ({ name, value }) => {
      secrets = secrets.filter((known) => known !== name);
      if (value !== null) secrets = [...secrets, name].sort();
      return changed({ names: secrets });
    },
  };
}
