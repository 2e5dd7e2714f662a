/** Topics and tables of the fake backend: the shipped ones, drafts, versions, and enough lint to design with. */
import type { RecordRowView, RecordTableView, TopicChange, TopicFinding, TopicKindView, TopicList, TopicRow, TopicSeverity, TopicView, VirtualAgentView } from '../bindings';
import { refuse, type CommandTable, type Seams } from './commands';
import { measureText } from './measure';

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
  | 'row_as_card'
  | 'save_row'
  | 'delete_row'
  | 'import_rows'
  | 'fill_from_http'
  | 'virtual_agent'
  | 'save_virtual_agent'
  | 'set_bot_secret'
>;

type FakeNode = Record<string, unknown> & { id: string; kind: string; name?: string; next?: string };
interface FakeFile {
  name: string;
  displayName: string;
  description?: string;
  kind?: TopicKindView;
  active?: boolean;
  inputs?: string[];
  outputs?: string[];
  start: string;
  nodes: FakeNode[];
}
interface FakeVersion {
  version: number;
  publishedAt: number;
  note: string;
  file: string;
}
interface FakeTopic {
  file: string;
  revision: number;
  published: number | null;
  versions: FakeVersion[];
}

const SHIPPED = import.meta.glob<string>('../../../../crates/tern-domain/src/topic/shipped/*/*.json', { query: '?raw', import: 'default', eager: true });
const shipped = (folder: string) => Object.entries(SHIPPED).flatMap(([path, text]) => (path.includes(`/${folder}/`) && !path.endsWith('tables.json') ? [text] : []));
/** The tables that the ready topics read; none of them has a row yet. */
const TABLES = Object.entries(SHIPPED).flatMap(([path, text]) =>
  path.endsWith('tables.json')
    ? (JSON.parse(text) as Pick<RecordTableView, 'name' | 'displayName' | 'columns'>[]).map(({ name, displayName, columns }): RecordTableView => ({
        name,
        displayName,
        columns: columns.map((it) => ({ name: it.name, label: it.label, kind: 'text' })),
        key: null,
        rows: 0,
        source: null,
        usedBy: [],
      }))
    : [],
);
const CARRIER = new Set(['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'start', 'unstop', 'help', 'info']);

const read = (text: string): FakeFile => JSON.parse(text) as FakeFile;

/** Every way of a node, wherever the file keeps it. */
function targetsOf(node: FakeNode): string[] {
  const own = ['next', 'notFound', 'failed', 'noRecordsNext'].map((key) => node[key]);
  const inner = ['choices', 'branches'].flatMap((key) => ((node[key] as { next?: string }[] | undefined) ?? []).map((it) => it.next));
  return [...own, ...inner].filter((it): it is string => typeof it === 'string');
}

function lint(file: FakeFile): TopicFinding[] {
  const findings: TopicFinding[] = [];
  const say = (node: string | null, severity: TopicSeverity, code: string, what: string, why: string, fix: string) => findings.push({ node, severity, code, what, why, fix });
  const known = new Map(file.nodes.map((it) => [it.id, it]));
  if (!known.has(file.start)) say(null, 'error', 'no_start', `There is no step “${file.start}” to start with.`, 'A topic begins at its start.', 'Choose the step that comes first.');
  const reached = new Set<string>();
  const open = [file.start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = known.get(id);
    if (node && !reached.has(id)) open.push(...targetsOf(node));
    if (node) reached.add(id);
  }
  for (const node of file.nodes) {
    const asks = node.kind.startsWith('ask');
    const text = String((asks ? node['prompt'] : node['text']) ?? '');
    if ((asks || node.kind === 'sayText') && text.trim() === '')
      say(node.id, 'error', 'incomplete', asks ? 'The question has no words.' : 'There is nothing to say.', 'The topic would stop making sense here.', asks ? 'Write what is asked.' : 'Write a text, or delete the node.');
    for (const choice of (node['choices'] as { label: string }[] | undefined) ?? [])
      if (CARRIER.has(choice.label.trim().toLowerCase()))
        say(node.id, 'error', 'carrier_word', `The choice “${choice.label}” is a word that makes the carrier block every further text.`, 'A customer who answers with it never reaches this topic again.', 'Use other words, such as “Call it off” for CANCEL or “That is all” for END.');
    if (measureText(text).segments > 2) say(node.id, 'warning', 'long_text', `The text takes ${measureText(text).segments} segments.`, 'Each is paid for, and long texts are read less.', 'Shorten it, or split it over two steps.');
    if (measureText(text).costly) say(node.id, 'hint', 'costly_character', `“${measureText(text).costly?.character}” makes the whole text cost more.`, 'With it a text holds 70 characters instead of 160.', 'Leave it out if the text can do without.');
    if (!reached.has(node.id)) say(node.id, 'warning', 'unreachable', 'No way from the start leads here.', 'Nobody will ever see it.', 'Connect a step that is reached to it, or delete it.');
  }
  return findings;
}

function compare(before: FakeFile, after: FakeFile): TopicChange[] {
  const words = (value: unknown) => (value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value));
  const lines = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !['id', 'nodes', 'canvas'].includes(key) && words(a[key]) !== words(b[key])).map((what) => ({ what, before: words(a[what]), after: words(b[what]) }));
  const ids = [...new Set([...before.nodes, ...after.nodes].map((it) => it.id))];
  const changes = ids.flatMap((id): TopicChange[] => {
    const [a, b] = [before.nodes.find((it) => it.id === id), after.nodes.find((it) => it.id === id)];
    const title = (b ?? a)?.name || id;
    if (!a) return [{ node: id, title, kind: 'added', lines: [] }];
    if (!b) return [{ node: id, title, kind: 'removed', lines: [] }];
    const changed = lines(a, b);
    return changed.length > 0 ? [{ node: id, title, kind: 'changed', lines: changed }] : [];
  });
  const own = lines({ ...before }, { ...after });
  return own.length > 0 ? [{ node: null, title: 'The topic', kind: 'changed', lines: own }, ...changes] : changes;
}

export function topicCommands({ world, tell }: Seams): TopicCommands {
  const topics = new Map<string, FakeTopic>();
  const deleted = new Map<string, FakeTopic>();
  let tables = TABLES;
  const rows = new Map<string, RecordRowView[]>();
  let secrets = ['shop'];
  let agent: VirtualAgentView = { on: false, liveAgentOnly: [], chat: '{}' };
  for (const text of shipped('setup')) topics.set(read(text).name, { file: text, revision: 0, published: 0, versions: [{ version: 0, publishedAt: 0, note: '', file: text }] });

  const found = (name: string) => topics.get(name) ?? refuse('notFound', 'There is no such topic any more.');
  const fileOf = (topic: FakeTopic, version: number | null) => read(version === null ? topic.file : (topic.versions.find((it) => it.version === version)?.file ?? topic.file));
  const isChanged = (topic: FakeTopic) => topic.published === null || JSON.stringify(fileOf(topic, topic.published)) !== JSON.stringify(read(topic.file));
  const view = (topic: FakeTopic): TopicView => ({ file: topic.file, revision: topic.revision, publishedVersion: topic.published, changed: isChanged(topic), findings: lint(read(topic.file)) });
  const row = (topic: FakeTopic): TopicRow => {
    const file = read(topic.file);
    const findings = lint(file);
    return {
      name: file.name,
      displayName: file.displayName,
      kind: file.kind ?? 'topic',
      setup: file.kind === 'setup' ? file.displayName : null,
      description: file.description ?? '',
      revision: topic.revision,
      publishedVersion: topic.published,
      changed: isChanged(topic),
      active: file.active ?? true,
      errors: findings.filter((it) => it.severity === 'error').length,
      warnings: findings.filter((it) => it.severity === 'warning').length,
    };
  };
  const list = (): TopicList => ({
    on: agent.on,
    topics: [...topics.values()].map(row),
    ready: shipped('ready').map((text) => {
      const { name, displayName, description } = read(text);
      return { name, displayName, description: description ?? '', added: topics.has(name) };
    }),
  });
  const changed = <T>(answer: T): T => {
    tell({ kind: 'topics' });
    return answer;
  };
  const publish = (topic: FakeTopic, note: string) => {
    topic.published = Math.max(0, ...topic.versions.map((it) => it.version)) + 1;
    topic.versions.unshift({ version: topic.published, publishedAt: world.now(), note, file: topic.file });
  };

  return {
    list_topics: list,
    topic: ({ name }) => view(found(name)),
    check_topic: ({ file }) => {
      try {
        return { problem: null, findings: lint(read(file)) };
      } catch {
        return { problem: { line: 1, what: 'This is not readable as JSON.' }, findings: [] };
      }
    },
    save_topic: ({ file, baseRevision, renamedFrom }) => {
      const { name } = read(file);
      const known = topics.get(renamedFrom ?? name);
      if ((known?.revision ?? null) !== baseRevision) refuse('notAllowed', 'Somebody else has changed this topic meanwhile.', 'Take their draft, or keep yours.');
      if (renamedFrom) topics.delete(renamedFrom);
      const topic = { file, revision: (known?.revision ?? 0) + 1, published: known?.published ?? null, versions: known?.versions ?? [] };
      topics.set(name, topic);
      return changed(view(topic));
    },
    add_ready_topic: ({ name }) => {
      const file = shipped('ready').find((it) => read(it).name === name) ?? refuse('notFound', 'There is no such topic.');
      const topic: FakeTopic = { file, revision: 1, published: null, versions: [] };
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
    publish_topic: ({ name, note }) => {
      const topic = found(name);
      if (lint(read(topic.file)).some((it) => it.severity === 'error')) refuse('notAllowed', 'This topic has errors.', 'Mend them first.');
      publish(topic, note);
      return changed({ topic: view(topic), failedTests: [] });
    },
    unpublish_topic: ({ name }) => {
      const topic = found(name);
      topic.published = null;
      return changed(view(topic));
    },
    topic_versions: ({ name }) => {
      const topic = found(name);
      return topic.versions.map(({ version, publishedAt, note }) => ({ version, publishedAt, note, publishedBy: version === 0 ? null : world.settings.agentName, served: version === topic.published }));
    },
    compare_topic: ({ name, from, to }) => {
      const topic = found(name);
      return compare(fileOf(topic, from), fileOf(topic, to));
    },
    roll_back_topic: ({ name, version }) => {
      const topic = found(name);
      topic.file = topic.versions.find((it) => it.version === version)?.file ?? topic.file;
      topic.revision += 1;
      publish(topic, `Back to version ${version}`);
      return changed(view(topic));
    },
    topic_vocabulary: () => ({
      facts: [
        { name: 'customer_name', meaning: "The customer's name, where it is known" },
        { name: 'open_now', meaning: 'Whether the team is open now' },
      ],
      tables,
      topics: [...topics.values()].map((topic) => {
        const { name, displayName, kind = 'topic', inputs = [], outputs = [] } = read(topic.file);
        return { name, displayName, kind, inputs, outputs };
      }),
      secrets,
      hosts: ['api.example.com'],
    }),
    list_record_tables: () => tables,
    save_record_table: ({ name, displayName, columns, key }) => {
      const table = { name, displayName, columns, key, rows: rows.get(name)?.length ?? 0, source: null, usedBy: [] };
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
    row_as_card: ({ table, id, columns }) => {
      const row = rows.get(table)?.find((it) => it.id === id) ?? refuse('notFound', 'This row is gone.');
      return { text: columns.map((column) => row.cells[column] ?? '').filter(Boolean).join('\n') };
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
    fill_from_http: () => refuse('invalidInput', 'There is no other system in this demonstration.'),
    import_rows: () => refuse('invalidInput', 'The practice of files is not part of this demonstration.'),
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
