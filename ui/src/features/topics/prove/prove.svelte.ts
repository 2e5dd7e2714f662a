/** The saved tests of a topic, and how they come out with the draft on the canvas. */
import { v7 as uuid } from 'uuid';
import { toApiError, type ApiError, type ConversationRow, type TestResult, type TopicTestView } from '../../../ipc';
import type { Draft, NodeMark } from '../try/draft';

/** Conversations that are offered. */
const MOST_CONVERSATIONS = 40;

export class Tests {
  tests = $state.raw<TopicTestView[]>([]);
  results = $state.raw<ReadonlyMap<string, TestResult>>(new Map());
  /** A test that is looked at before it is saved. */
  fresh = $state.raw<TopicTestView | null>(null);
  freshName = $state('');
  conversations = $state.raw<ConversationRow[] | null>(null);
  /** Deleted last, to be brought back. */
  deleted = $state.raw<TopicTestView | null>(null);
  busy = $state(false);
  ran = $state(false);
  error = $state.raw<Pick<ApiError, 'message' | 'remedy'> | null>(null);

  readonly passed = $derived([...this.results.values()].filter((it) => it.passed).length);
  readonly failed = $derived(this.results.size - this.passed);

  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  async load(): Promise<void> {
    await this.#guarded(async () => this.#take(await this.#draft.backend.call('list_topic_tests', { name: this.#draft.name })));
  }

  /** Runs all of them against the draft as it is drawn now. */
  async run(): Promise<void> {
    await this.#guarded(async () => {
      const results = await this.#draft.backend.call('run_topic_tests', { topic: this.#draft.name, file: this.#draft.text });
      this.results = new Map(results.map((it) => [it.id, it]));
      this.ran = true;
      this.#draw();
    });
  }

  /** A run of the handset, to be looked at. */
  async fromRun(session: string): Promise<void> {
    await this.#guarded(async () => this.#look(await this.#draft.backend.call('test_from_run', { file: this.#draft.text, session })));
  }

  async findConversations(): Promise<void> {
    await this.#guarded(async () => {
      const lists = (['new', 'ongoing', 'withVirtualAgent', 'done'] as const).map((list) => this.#draft.backend.call('list_conversations', { list, after: null, limit: MOST_CONVERSATIONS }));
      const rows = (await Promise.all(lists)).flatMap((page) => page.rows);
      this.conversations = rows.sort((one, other) => other.lastAt - one.lastAt).slice(0, MOST_CONVERSATIONS);
    });
  }

  async fromConversation(conversationId: number): Promise<void> {
    await this.#guarded(async () => {
      this.#look(await this.#draft.backend.call('test_from_conversation', { file: this.#draft.text, conversationId }));
      this.conversations = null;
    });
  }

  async keep(): Promise<void> {
    const { fresh } = this;
    if (!fresh) return;
    await this.#guarded(async () => {
      this.#take(await this.#save(uuid(), this.freshName, fresh.document));
      this.fresh = null;
    });
    if (this.error === null) await this.run();
  }

  async rename(test: TopicTestView, name: string): Promise<void> {
    if (name.trim() === '' || name.trim() === test.name) return;
    await this.#guarded(async () => this.#take(await this.#save(test.id, name, test.document)));
  }

  async delete(test: TopicTestView): Promise<void> {
    await this.#guarded(async () => {
      this.#take(await this.#draft.backend.call('delete_topic_test', { topic: this.#draft.name, id: test.id }));
      this.deleted = test;
    });
  }

  async bringBack(): Promise<void> {
    const { deleted } = this;
    if (!deleted) return;
    await this.#guarded(async () => {
      this.#take(await this.#save(deleted.id, deleted.name, deleted.document));
      this.deleted = null;
    });
  }

  /** What the phone shows now is right. */
  async accept(id: string): Promise<void> {
    await this.#guarded(async () => {
      this.#take(await this.#draft.backend.call('accept_topic_test', { topic: this.#draft.name, file: this.#draft.text, id }));
    });
    if (this.error === null) await this.run();
  }

  leave(): void {
    this.#draft.marks = new Map();
  }

  #save(id: string, name: string, document: string): Promise<TopicTestView[]> {
    return this.#draft.backend.call('save_topic_test', { id, topic: this.#draft.name, name, document });
  }

  #look(test: TopicTestView): void {
    this.fresh = test;
    this.freshName = test.name;
  }

  #take(tests: TopicTestView[]): void {
    this.tests = tests;
    const known = new Set(tests.map((it) => it.id));
    this.results = new Map([...this.results].filter(([id]) => known.has(id)));
  }

  #draw(): void {
    const marks = new Map<string, NodeMark>();
    for (const result of this.results.values()) for (const it of result.differences) if (it.node !== null) marks.set(it.node, { failed: true });
    this.#draft.marks = marks;
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      this.error = toApiError(thrown);
    } finally {
      this.busy = false;
    }
  }
}
