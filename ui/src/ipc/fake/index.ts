/**
 * A backend in memory: for unit tests, for design work, and for nothing that ships.
 * It answers every command, so a screen can be built before its Rust side exists.
 */
import { type Answer, type Backend, type CallArguments, type CommandName, type Request } from '../backend';
import type { Change, ChangeEvent } from '../bindings';
import { commands, type CommandTable } from './commands';
import { pictureUrl } from './pictures';
import { jobsOf, statusOf, type FakeScene } from './scenes';
import { buildWorld } from './seed';
import { settleRow, type FakeConversation, type World } from './world';

export { fakeScene, type FakeScene } from './scenes';

export interface FakeOptions {
  now?: () => number;
  /** Runs an act later; tests pass their own. */
  later?: (milliseconds: number, act: () => void) => void;
}

export class FakeBackend implements Backend {
  readonly world: World;
  readonly #handlers: CommandTable;
  readonly #listeners = new Set<(event: ChangeEvent) => void>();

  constructor(scene: FakeScene = 'desk', options: FakeOptions = {}) {
    const now = options.now ?? (() => Date.now());
    this.world = buildWorld(statusOf(scene, now()), now);
    this.world.jobs = jobsOf(scene, now());
    if (scene === 'empty') this.world.conversations.clear();
    if (scene === 'offline') this.world.conditions.networkOff = true;
    this.#handlers = commands({
      world: this.world,
      changed: (conversation) => this.#conversationChanged(conversation),
      tell: (change) => this.tell(change),
      later: options.later ?? ((milliseconds, act) => void setTimeout(act, milliseconds)),
    });
  }

  async call<K extends CommandName>(name: K, ...request: CallArguments<K>): Promise<Answer<K>> {
    await Promise.resolve();
    const handler = this.#handlers[name] as (request: Request<K>) => Answer<K>;
    const answer = handler(request[0] as Request<K>);
    if (answer === undefined) return answer;
    return structuredClone(answer);
  }

  async onChange(listener: (event: ChangeEvent) => void): Promise<() => void> {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  mediaUrl(mediaId: string, _size?: 'small'): string {
    return pictureUrl(mediaId);
  }

  /** Asks while something runs; there is no program to end. */
  async quit(sure = false): Promise<void> {
    const jobs = this.world.jobs.filter((job) => job.state.kind === 'running').length;
    if (jobs > 0 && !sure) this.tell({ kind: 'quitAsked', jobs });
  }

  /** Emits a change event with the next revision. */
  tell(change: Change): void {
    this.world.status.revision += 1;
    const event: ChangeEvent = { revision: this.world.status.revision, change };
    for (const listener of [...this.#listeners]) listener(event);
  }

  #conversationChanged(conversation: FakeConversation): void {
    settleRow(conversation);
    const all = [...this.world.conversations.values()].flatMap((it) => it.messages.slice(-20));
    this.world.status.waitingToSend = all.filter((it) => it.delivery.mark === 'waiting').length;
    this.world.status.uncertainSends = all.filter((it) => it.delivery.mark === 'uncertain').length;
    this.tell({ kind: 'conversation', conversationId: conversation.row.id });
    this.tell({ kind: 'status' });
    this.tell({ kind: 'handset', number: conversation.row.requesterNumber });
  }
}
