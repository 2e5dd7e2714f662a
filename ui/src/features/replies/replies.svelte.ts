/** The team's canned replies: the list, and changing it with a way back. */
import { v7 as uuidv7 } from 'uuid';
import { toApiError, type Backend, type CannedReplyView, type ReplyValueView } from '../../ipc';
import { inOneLine } from '../../lib/errors';

export class RepliesStore {
  replies = $state.raw<CannedReplyView[] | null>(null);
  values = $state.raw<ReplyValueView[]>([]);
  /** The list before the last deletion, and what was deleted. */
  deleted = $state.raw<{ before: CannedReplyView[]; title: string } | null>(null);
  problem = $state<string | null>(null);

  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    try {
      const list = await this.#backend.call('list_replies');
      this.replies = list.replies;
      this.values = list.values;
    } catch (thrown) {
      this.problem = inOneLine(toApiError(thrown));
    }
  }

  /** Saves a new or a changed reply; answers what is wrong with it, or `null`. */
  async put(reply: CannedReplyView): Promise<string | null> {
    const replies = this.replies ?? [];
    const known = replies.some((it) => it.id === reply.id);
    const saved = await this.#save(known ? replies.map((it) => (it.id === reply.id ? reply : it)) : [...replies, reply]);
    if (saved === null) this.deleted = null;
    return saved;
  }

  async delete(id: string): Promise<void> {
    const before = this.replies ?? [];
    const reply = before.find((it) => it.id === id);
    if (!reply) return;
    this.problem = await this.#save(before.filter((it) => it.id !== id));
    if (this.problem === null) this.deleted = { before, title: reply.title };
  }

  async undoDelete(): Promise<void> {
    if (!this.deleted) return;
    this.problem = await this.#save(this.deleted.before);
    if (this.problem === null) this.deleted = null;
  }

  /** Moves a reply one place up or down. */
  async move(id: string, by: 1 | -1): Promise<void> {
    const replies = [...(this.replies ?? [])];
    const from = replies.findIndex((it) => it.id === id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= replies.length) return;
    const [moved] = replies.splice(from, 1);
    if (moved) replies.splice(to, 0, moved);
    this.problem = await this.#save(replies);
    this.deleted = null;
  }

  fresh(): CannedReplyView {
    return { id: uuidv7(), shortName: '', title: '', body: '' };
  }

  async #save(replies: CannedReplyView[]): Promise<string | null> {
    try {
      this.replies = (await this.#backend.call('save_replies', { replies })).replies;
      return null;
    } catch (thrown) {
      return inOneLine(toApiError(thrown));
    }
  }
}
