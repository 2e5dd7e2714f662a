/** The team's topics: which there are, and every change with its way back. */
import { toApiError, type ApiError, type Backend, type ChangeFeed, type ReadyTopic, type TopicRow } from '../../ipc';
import { coalesce } from '../../lib/coalesce';
import { inOneLine } from '../../lib/errors';
import { saveFile } from '../../lib/saveFile';
import type { Toasts } from '../../ui';
import type { TopicFile } from './file.gen';
import { freeId } from './graph';

export interface Shelf {
  title: string;
  /** What is on it, where the title does not say enough. */
  words?: string;
  topics: TopicRow[];
}

const SHELVES: readonly { title: string; words?: string; kinds: readonly TopicRow['kind'][] }[] = [
  { title: 'Topics', kinds: ['topic'] },
  { title: 'Blocks, parts that topics share', kinds: ['block'] },
  { title: 'Small talk', kinds: ['smallTalk'] },
  { title: 'Part of every conversation', words: 'What is said around your topics: hello, goodbye, and when something does not fit. They work as they are; put them in your own words whenever you like.', kinds: ['setup'] },
];

export class TopicsStore {
  query = $state('');
  on = $state(true);
  topics = $state.raw<TopicRow[]>([]);
  ready = $state.raw<ReadyTopic[]>([]);
  /** Whoever sits here may change topics. */
  may = $state(false);
  loaded = $state(false);
  error = $state.raw<ApiError | null>(null);

  readonly #backend: Backend;
  readonly #toasts: Toasts;
  readonly refresh: () => Promise<void>;

  constructor(backend: Backend, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
    this.refresh = coalesce(() => this.#load());
  }

  readonly shelves: Shelf[] = $derived.by(() => {
    const words = this.query.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (it: TopicRow) => words.every((word) => `${it.displayName} ${it.name} ${it.description}`.toLowerCase().includes(word));
    return SHELVES.map(({ title, words: about, kinds }) => ({ title, ...(about !== undefined && { words: about }), topics: this.topics.filter((it) => kinds.includes(it.kind) && fits(it)) })).filter((it) => it.topics.length > 0);
  });

  /** Nothing was drawn yet: there is only what every conversation has. */
  readonly isFirstUse = $derived(this.loaded && this.query === '' && this.topics.every((it) => it.kind === 'setup'));

  start(feed: ChangeFeed): () => void {
    void this.refresh();
    return feed.subscribe((change) => {
      if (change.kind === 'everything' || change.kind === 'topics') void this.refresh();
    });
  }

  /** Switches the virtual agent on or off. */
  async switchOn(on: boolean): Promise<void> {
    await this.#guarded(async () => {
      const agent = await this.#backend.call('virtual_agent');
      this.on = (await this.#backend.call('save_virtual_agent', { ...agent, on })).on;
    });
  }

  /** Resolves with the name of a new, empty topic; `null` if it could not be made. */
  blank(displayName: string): Promise<string | null> {
    const name = this.#freeName(displayName);
    return this.#add({ format: 1, name, displayName: this.#freeDisplayName(displayName), kind: 'topic', description: '', active: true, discoverable: true, keywords: [], roles: ['public'], channels: ['sms'], start: '', nodes: [] });
  }

  async addReady(name: string): Promise<string | null> {
    return this.#guarded(async () => {
      const view = await this.#backend.call('add_ready_topic', { name });
      await this.refresh();
      return (JSON.parse(view.file) as TopicFile).name;
    });
  }

  async duplicate(row: TopicRow): Promise<string | null> {
    return this.#guarded(async () => {
      const file = JSON.parse((await this.#backend.call('topic', { name: row.name })).file) as TopicFile;
      const displayName = this.#freeDisplayName(`${row.displayName}, copy`);
      // A part of every conversation is there once; its copy is a topic.
      return this.#add({ ...file, kind: file.kind === 'setup' ? 'topic' : file.kind, name: this.#freeName(row.name), displayName });
    });
  }

  /** Adds a topic from a file's text; one of the same name stays, and the new one gets a name of its own. */
  async import(text: string): Promise<string | null> {
    return this.#guarded(async () => {
      const check = await this.#backend.call('check_topic', { file: text });
      if (check.problem) {
        const line = check.problem.line === null ? '' : `Line ${check.problem.line}: `;
        this.#toasts.show(`This file cannot be read. ${line}${check.problem.what}`, { tone: 'bad', stays: 15_000 });
        return null;
      }
      const file = JSON.parse(text) as TopicFile;
      const taken = this.topics.some((it) => it.name === file.name);
      return this.#add(taken ? { ...file, name: this.#freeName(file.name), displayName: this.#freeDisplayName(file.displayName) } : file);
    });
  }

  async export(row: TopicRow): Promise<void> {
    await this.#guarded(async () => {
      const { file } = await this.#backend.call('topic', { name: row.name });
      const saved = await saveFile(this.#backend, `${row.name}.topic.json`, 'application/json', file);
      if (saved !== null) this.#toasts.show(saved);
    });
  }

  async remove(row: TopicRow): Promise<void> {
    await this.#guarded(async () => {
      const list = await this.#backend.call('delete_topic', { name: row.name });
      this.topics = list.topics;
      this.ready = list.ready;
      const takeBack = () => this.#guarded(async () => void (this.topics = (await this.#backend.call('restore_topic', { name: row.name })).topics));
      this.#toasts.show(`${row.displayName} deleted`, { stays: 10_000, action: { label: 'Undo', run: () => void takeBack() } });
    });
  }

  #freeName(wanted: string): string {
    return freeId(wanted, this.topics.map((it) => it.name));
  }

  #freeDisplayName(wanted: string): string {
    const taken = new Set(this.topics.map((it) => it.displayName));
    if (!taken.has(wanted)) return wanted;
    for (let count = 2; ; count += 1) if (!taken.has(`${wanted} ${count}`)) return `${wanted} ${count}`;
  }

  async #add(file: object): Promise<string | null> {
    return this.#guarded(async () => {
      const view = await this.#backend.call('save_topic', { file: `${JSON.stringify(file, null, 2)}\n`, baseRevision: null, renamedFrom: null });
      await this.refresh();
      return (JSON.parse(view.file) as TopicFile).name;
    });
  }

  async #load(): Promise<void> {
    try {
      const [list, team] = await Promise.all([this.#backend.call('list_topics'), this.#backend.call('team')]);
      this.on = list.on;
      this.may = team.iAdminister;
      this.topics = list.topics;
      this.ready = list.ready;
      this.error = null;
    } catch (thrown) {
      this.error = toApiError(thrown);
    } finally {
      this.loaded = true;
    }
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (thrown) {
      this.#toasts.show(inOneLine(toApiError(thrown)), { tone: 'bad' });
      return null;
    }
  }
}
