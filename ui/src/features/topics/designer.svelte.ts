/** A topic while it is drawn: its file, what is chosen, what lint says, and its way to the disk. */
import { toApiError, type ApiError, type Backend, type TopicFinding, type Published, type TopicView, type TopicVocabulary } from '../../ipc';
import { debounce } from '../../lib/coalesce';
import { copySteps, pasteSteps } from './clipboard';
import type { TopicFile } from './file.gen';
import { addNode, changeNode, connect, deleteNodes, freeId, moveNodes, nodeOf, openWay, renameNode, setIn, textOf, type Path, type Place, type TopicNode } from './graph';
import { amend, begin, record, redo, undo, type History } from './history';
import { blankNode } from './kinds';
import { freePlace, NODE_WIDTH, placesOf, sizeOf, tidy } from './layout';
import { variablesOf } from './vocabulary';

const SAVE_AFTER = 700;
const CHECK_AFTER = 220;
const BESIDE = 84;

/** What a pane wants to be seen on a node. */
export interface Mark {
  /** The run went through it. */
  path?: boolean;
  /** A figure, such as how many came by. */
  count?: string;
  /** A loss that is to be seen, such as how many left. */
  loss?: string;
  /** A test failed here. */
  failed?: boolean;
}

/** A way out of a node, as chosen on the canvas. */
export interface ChosenWay {
  from: string;
  key: string;
}

export type Saving = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict';

interface Snapshot {
  file: TopicFile;
  selected: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

export class Designer {
  /** The name by which the topic is stored; the file's own follows once it is saved. */
  name = $state('');
  revision = $state(0);
  publishedVersion = $state<number | null>(null);
  changed = $state(false);
  selectedWay = $state.raw<ChosenWay | null>(null);
  findings = $state.raw<TopicFinding[]>([]);
  /** Why the file cannot be read as it stands. */
  problem = $state<string | null>(null);
  vocabulary = $state.raw<TopicVocabulary | null>(null);
  /** Whoever sits here may change topics, and what they share; others look at them and try them. */
  administers = $state(false);
  marks = $state.raw<ReadonlyMap<string, Mark>>(new Map());
  saving = $state<Saving>('saved');
  saveError = $state.raw<ApiError | null>(null);
  /** Nodes that the canvas is to bring into sight. */
  look = $state.raw<{ ids: readonly string[]; centre: boolean; turn: number } | null>(null);
  /** Said to screen readers. */
  said = $state('');

  #history = $state.raw<History<Snapshot>>(begin({ file: emptyFile(), selected: NONE }));
  readonly #backend: Backend;
  readonly #save = debounce(() => void this.#store(), SAVE_AFTER);
  readonly #check = debounce(() => void this.#lint(), CHECK_AFTER);
  readonly #now: () => number;
  #storing: Promise<void> | null = null;
  #stored: TopicFile | null = null;
  #checkTurn = 0;
  #lookTurn = 0;

  constructor(backend: Backend, now: () => number = () => Date.now()) {
    this.#backend = backend;
    this.#now = now;
  }

  get backend(): Backend {
    return this.#backend;
  }

  get file(): TopicFile {
    return this.#history.present.file;
  }

  /** The file as the commands take it. */
  get text(): string {
    return `${JSON.stringify(this.file, null, 2)}\n`;
  }

  get selected(): ReadonlySet<string> {
    return this.#history.present.selected;
  }

  readonly places = $derived(placesOf(this.file));

  /** The one node that is chosen. */
  readonly node: TopicNode | undefined = $derived(this.selected.size === 1 ? nodeOf(this.file, [...this.selected][0] ?? null) : undefined);

  readonly findingsByNode = $derived(group(this.findings));
  readonly errors = $derived(this.findings.filter((it) => it.severity === 'error').length + (this.problem === null ? 0 : 1));
  readonly warnings = $derived(this.findings.filter((it) => it.severity === 'warning').length);
  readonly hints = $derived(this.findings.filter((it) => it.severity === 'hint').length);
  readonly canUndo = $derived(this.#history.past.length > 0);
  readonly canRedo = $derived(this.#history.future.length > 0);

  /** Rejects with {@link ApiError}. */
  async open(name: string): Promise<void> {
    const [view, vocabulary, team] = await Promise.all([this.#backend.call('topic', { name }), this.#backend.call('topic_vocabulary'), this.#backend.call('team')]);
    this.vocabulary = vocabulary;
    this.administers = team.iAdminister;
    this.adopt(view);
  }

  /** Shows what is stored now; nothing of the history is left. */
  adopt(view: TopicView): void {
    const file = JSON.parse(view.file) as TopicFile;
    this.#history = begin({ file, selected: NONE });
    this.#stored = file;
    this.name = file.name;
    this.saving = 'saved';
    this.saveError = null;
    this.selectedWay = null;
    this.#take(view);
    this.findings = view.findings;
    this.problem = null;
  }

  /** Saves what waits; the answer resolves when the disk has it. */
  async flush(): Promise<void> {
    this.#save.cancel();
    await this.#store();
  }

  /** Ends the work on it. */
  async close(): Promise<void> {
    this.#check.cancel();
    await this.flush();
  }

  /** Lets requests of all topics go to a host, or no longer. Rejects with {@link ApiError}. */
  async allowHost(host: string, isAllowed: boolean): Promise<void> {
    const agent = await this.#backend.call('virtual_agent');
    const chat = JSON.parse(agent.chat) as { allowedHosts: string[] };
    const allowedHosts = chat.allowedHosts.filter((it) => it !== host).concat(isAllowed ? [host] : []);
    await this.#backend.call('save_virtual_agent', { ...agent, chat: JSON.stringify({ ...chat, allowedHosts }) });
    this.vocabulary = await this.#backend.call('topic_vocabulary');
    await this.#lint();
  }

  // What is chosen

  select(id: string | null): void {
    this.choose(id === null ? [] : [id]);
    if (id !== null) this.show([id]);
  }

  choose(ids: Iterable<string>): void {
    const selected = new Set(ids);
    if (selected.size === this.selected.size && [...selected].every((it) => this.selected.has(it))) return;
    if (selected.size > 0) this.selectedWay = null;
    this.#history = { ...amend(this.#history, { file: this.file, selected }), place: null };
  }

  chooseAll(): void {
    this.choose(this.file.nodes.map((it) => it.id));
  }

  chooseWay(way: ChosenWay | null): void {
    if (way) this.choose([]);
    this.selectedWay = way;
  }

  /** Brings nodes into sight; to the middle of it if they are to be found there. */
  show(ids: readonly string[], centre = false): void {
    this.look = { ids, centre, turn: ++this.#lookTurn };
  }

  // Changes

  /** Changes the file; changes of one `place` that follow closely are undone together. */
  edit(file: TopicFile, place: string | null = null, selected: ReadonlySet<string> = this.selected): void {
    if (!this.administers || file === this.file) return;
    this.#history = record(this.#history, { file, selected }, place, this.#now());
    this.#touched();
  }

  /** Changes one field of a node; `undefined` takes it away. */
  set(id: string, path: Path, value: unknown): void {
    this.edit(
      changeNode(this.file, id, (node) => setIn(node, path, value)),
      `${id}/${path.join('/')}`,
    );
  }

  /** Changes one field of the topic itself. */
  setProperty(path: Path, value: unknown): void {
    this.edit(setIn(this.file, path, value), `/${path.join('/')}`);
  }

  connect(from: string, key: string, to: string | null): void {
    this.edit(connect(this.file, from, key, to));
    this.selectedWay = null;
  }

  /** Gives a node another id; `false` if another node has it. */
  rename(id: string, to: string): boolean {
    const wanted = to.trim();
    if (wanted === id) return true;
    if (wanted === '' || nodeOf(this.file, wanted)) return false;
    this.edit(renameNode(this.#placed(), id, wanted), null, new Set([wanted]));
    return true;
  }

  /** Adds a node: at a place, on a way, or after what is chosen. */
  add(kind: string, where: { place?: Place; on?: ChosenWay } = {}): string {
    const chosen = this.node;
    const on = where.on ?? (where.place || !chosen ? undefined : hangOn(chosen));
    const blank = fitted(blankNode(kind), this.file, this.vocabulary);
    const place = where.place ?? this.#placeFor(blank, on);
    const added = addNode(this.#placed(), blank, { x: Math.round(place.x), y: Math.round(place.y) }, on);
    this.selectedWay = null;
    this.edit(kind === 'askYesNo' ? withYesAndNo(added.file, added.id) : added.file, null, new Set([added.id]));
    this.show([added.id]);
    this.said = `${blank.name} added`;
    return added.id;
  }

  /** A decision behind a yes/no question, with a way for each answer. */
  splitYesNo(id: string): void {
    this.edit(withYesAndNo(this.#placed(), id));
  }

  delete(): void {
    if (this.selectedWay) {
      this.connect(this.selectedWay.from, this.selectedWay.key, null);
      return;
    }
    if (this.selected.size === 0) return;
    const count = this.selected.size;
    this.edit(deleteNodes(this.#placed(), this.selected), null, NONE);
    this.said = count === 1 ? 'Step deleted' : `${count} steps deleted`;
  }

  move(places: ReadonlyMap<string, Place>): void {
    this.edit(moveNodes(this.#placed(), places));
  }

  tidy(sizes?: (node: TopicNode) => { width: number; height: number }): void {
    this.edit(moveNodes(this.file, tidy(this.file, sizes)));
    this.show(this.file.nodes.map((it) => it.id));
  }

  /** The chosen nodes as text for the clipboard. */
  copy(): string | null {
    return this.selected.size === 0 ? null : copySteps(this.file, this.selected, this.places);
  }

  /** Adds the nodes of a text; `false` if it holds none. */
  paste(text: string, around?: Place): boolean {
    const corner = [...this.selected].map((id) => this.places.get(id)).find((it) => it !== undefined) ?? [...this.places.values()][0];
    const pasted = pasteSteps(this.#placed(), text, around ?? { x: (corner?.x ?? 0) + 48, y: (corner?.y ?? 0) + 64 });
    if (!pasted) return false;
    this.edit(pasted.file, null, new Set(pasted.ids));
    this.show(pasted.ids);
    return true;
  }

  duplicate(): void {
    const text = this.copy();
    if (text !== null) this.paste(text);
  }

  undo(): void {
    this.#history = undo(this.#history);
    this.selectedWay = null;
    this.#touched();
  }

  redo(): void {
    this.#history = redo(this.#history);
    this.selectedWay = null;
    this.#touched();
  }

  // Publishing; all of these reject with ApiError

  async publish(note: string, despiteTests: boolean): Promise<Published> {
    await this.flush();
    const published = await this.#backend.call('publish_topic', { name: this.name, revision: this.revision, note, despiteTests });
    this.#take(published.topic);
    return published;
  }

  async unpublish(): Promise<void> {
    this.#take(await this.#backend.call('unpublish_topic', { name: this.name }));
  }

  async rollBack(version: number): Promise<void> {
    await this.flush();
    this.adopt(await this.#backend.call('roll_back_topic', { name: this.name, version }));
  }

  /** After a conflict: the other draft is taken, and what was drawn here is left. */
  async takeTheirs(): Promise<void> {
    this.#save.cancel();
    this.adopt(await this.#backend.call('topic', { name: this.name }));
  }

  /** After a conflict: what was drawn here takes the place of the other draft. */
  async keepMine(): Promise<void> {
    const view = await this.#backend.call('topic', { name: this.name });
    this.revision = view.revision;
    this.#stored = null;
    this.saving = 'waiting';
    await this.flush();
  }

  #take(view: TopicView): void {
    this.revision = view.revision;
    this.publishedVersion = view.publishedVersion;
    this.changed = view.changed;
  }

  #touched(): void {
    this.saving = this.saving === 'conflict' ? 'conflict' : 'waiting';
    this.#save();
    this.#check();
  }

  /** The file with a place for every node: what stands where it was tidied to must not jump once others are placed. */
  #placed(): TopicFile {
    const { file, places } = this;
    return file.nodes.every((it) => file.canvas?.[it.id] !== undefined) ? file : moveNodes(file, places);
  }

  #placeFor(blank: TopicNode, on: ChosenWay | undefined): Place {
    const from = on && this.places.get(on.from);
    const all = [...this.places.values()];
    const wanted = from ? { x: from.x + NODE_WIDTH + BESIDE, y: from.y } : { x: Math.min(0, ...all.map((it) => it.x)), y: 0 };
    return freePlace(this.file, this.places, wanted, sizeOf(blank));
  }

  async #store(): Promise<void> {
    // One at a time: the second one needs the revision that the first one brings.
    while (this.#storing) await this.#storing;
    const { file } = this;
    if (this.saving === 'conflict') return;
    if (file === this.#stored) {
      // What was changed since is undone.
      this.saving = 'saved';
      return;
    }
    this.#storing = this.#put(file).finally(() => (this.#storing = null));
    await this.#storing;
  }

  async #put(file: TopicFile): Promise<void> {
    this.saving = 'saving';
    try {
      const renamedFrom = file.name === this.name ? null : this.name;
      const view = await this.#backend.call('save_topic', { file: this.text, baseRevision: this.revision, renamedFrom });
      this.#stored = file;
      this.name = file.name;
      this.#take(view);
      this.saveError = null;
      this.saving = this.file === file ? 'saved' : 'waiting';
      if (this.file !== file) this.#save();
    } catch (thrown) {
      this.saveError = toApiError(thrown);
      this.saving = await this.#isStale() ? 'conflict' : 'failed';
    }
  }

  /** Somebody else has saved the topic since. */
  async #isStale(): Promise<boolean> {
    try {
      return (await this.#backend.call('topic', { name: this.name })).revision !== this.revision;
    } catch {
      return false;
    }
  }

  async #lint(): Promise<void> {
    const turn = ++this.#checkTurn;
    try {
      const check = await this.#backend.call('check_topic', { file: this.text });
      if (turn !== this.#checkTurn) return;
      this.problem = check.problem === null ? null : check.problem.what;
      this.findings = check.findings;
    } catch {
      // Saving says what is wrong; lint comes again with the next change.
    }
  }
}

function emptyFile(): TopicFile {
  return { format: 1, name: '', displayName: '', start: '', nodes: [] } as unknown as TopicFile;
}

function group(findings: readonly TopicFinding[]): Map<string | null, TopicFinding[]> {
  const groups = new Map<string | null, TopicFinding[]>();
  for (const finding of findings) groups.set(finding.node, [...(groups.get(finding.node) ?? []), finding]);
  return groups;
}

function hangOn(node: TopicNode): ChosenWay | undefined {
  const way = openWay(node);
  return way && { from: node.id, key: way.key };
}

/** A new node with a variable of its own, and with the table if there is only one. */
function fitted(blank: TopicNode, file: TopicFile, vocabulary: TopicVocabulary | null): TopicNode {
  const variable = textOf(blank['variable']);
  const own = variable === '' ? blank : setIn(blank, ['variable'], freeId(variable, variablesOf(file)));
  const [table, another] = vocabulary?.tables ?? [];
  return table && !another && own['table'] === '' ? setIn(own, ['table'], table.name) : own;
}

/** V-4: the answer is the text `true` or `false`, and a decision behind the question has a way for each. */
function withYesAndNo(file: TopicFile, id: string): TopicFile {
  const question = nodeOf(file, id);
  const at = file.canvas?.[id];
  if (!question || !at) return file;
  const decision = {
    ...blankNode('decide'),
    name: 'Yes?',
    branches: [
      { name: 'Yes', when: `${textOf(question['variable'])} == "true"` },
      { name: 'No', when: 'true' },
    ],
  } as unknown as TopicNode;
  return addNode(file, decision, { x: at.x + NODE_WIDTH + BESIDE, y: at.y }, { from: id, key: 'next' }).file;
}
