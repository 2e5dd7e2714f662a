/** What is decided about the virtual agent, and changing it with a way back. */
import { toApiError, type Backend, type VirtualAgentView } from '../../ipc';
import { inOneLine } from '../../lib/errors';
import type { Toasts } from '../../ui';
import type { Chat } from './words';

export class VirtualAgentStore {
  view = $state.raw<VirtualAgentView | null>(null);
  secrets = $state.raw<string[]>([]);
  /** What was refused, by the part of the page that it belongs to. */
  problems = $state<Record<string, string>>({});

  readonly #backend: Backend;
  readonly #toasts: Toasts;

  constructor(backend: Backend, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
  }

  get chat(): Chat | null {
    return this.view === null ? null : (JSON.parse(this.view.chat) as Chat);
  }

  async load(): Promise<void> {
    try {
      const [view, vocabulary] = await Promise.all([this.#backend.call('virtual_agent'), this.#backend.call('topic_vocabulary')]);
      [this.view, this.secrets] = [view, vocabulary.secrets];
    } catch (thrown) {
      this.problems = { all: inOneLine(toApiError(thrown)) };
    }
  }

  /** Changes how it talks. */
  changeChat(part: string, change: Partial<Chat>, words: string): Promise<boolean> {
    const { view, chat } = this;
    if (view === null || chat === null) return Promise.resolve(false);
    return this.change(part, { ...view, chat: JSON.stringify({ ...chat, ...change }) }, words);
  }

  /** Replaces the decisions, says so, and offers the way back. */
  async change(part: string, next: VirtualAgentView, words: string): Promise<boolean> {
    const before = this.view;
    if (!(await this.#save(part, next)) || before === null) return false;
    this.#toasts.show(words, { action: { label: 'Undo', run: () => void this.#save(part, before) } });
    return true;
  }

  /** Keeps a secret, or forgets it. It is never shown again, so there is no way back. */
  async setSecret(name: string, value: string | null): Promise<boolean> {
    try {
      this.secrets = (await this.#backend.call('set_bot_secret', { name, value })).names;
      delete this.problems['secrets'];
      this.#toasts.show(value === null ? `“${name}” deleted` : `“${name}” is kept`);
      return true;
    } catch (thrown) {
      this.problems['secrets'] = inOneLine(toApiError(thrown));
      return false;
    }
  }

  refuse(part: string, words: string): void {
    this.problems[part] = words;
  }

  async #save(part: string, next: VirtualAgentView): Promise<boolean> {
    try {
      this.view = await this.#backend.call('save_virtual_agent', next);
      delete this.problems[part];
      return true;
    } catch (thrown) {
      this.problems[part] = inOneLine(toApiError(thrown));
      return false;
    }
  }
}
