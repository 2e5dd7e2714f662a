/** The private notes of one conversation. What is being written stays here until it is saved. */
import { v7 as uuid } from 'uuid';
import { toApiError, type ApiError, type Backend, type ChangeFeed, type NoteView } from '../../ipc';
import { coalesce } from '../../lib/coalesce';

export class NotesStore {
  notes = $state.raw<NoteView[]>([]);
  body = $state('');
  busy = $state(false);
  error = $state<ApiError | null>(null);
  /** Deleted notes that can still be had back are not shown. */
  readonly hidden = $state<{ ids: string[] }>({ ids: [] });
  shown = $derived(this.notes.filter((it) => !this.hidden.ids.includes(it.id)));

  readonly #backend: Backend;
  readonly #conversationId: number;
  readonly #refresh: () => Promise<void>;
  #nextId = uuid();

  constructor(backend: Backend, conversationId: number) {
    this.#backend = backend;
    this.#conversationId = conversationId;
    this.#refresh = coalesce(() => this.#load());
  }

  start(feed: ChangeFeed): () => void {
    const stop = feed.subscribe((change) => {
      const mine = change.kind === 'conversation' && change.conversationId === this.#conversationId;
      if (mine || change.kind === 'everything') void this.#refresh();
    });
    void this.#refresh();
    return stop;
  }

  /** Writes the note, or whispers it to the agents of the interaction; the answer tells whether it is written. */
  async write(whisper: boolean): Promise<boolean> {
    if (this.body.trim() === '' || this.busy) return false;
    return this.#attempt(async () => {
      await this.#backend.call('write_note', { conversationId: this.#conversationId, noteId: this.#nextId, body: this.body, whisper });
      this.body = '';
      this.#nextId = uuid();
    });
  }

  edit(note: NoteView, body: string): Promise<boolean> {
    return this.#attempt(async () => void (await this.#backend.call('edit_note', { noteId: note.id, body })));
  }

  hide(note: NoteView): void {
    this.hidden.ids.push(note.id);
  }

  unhide(note: NoteView): void {
    this.hidden.ids = this.hidden.ids.filter((id) => id !== note.id);
  }

  delete(note: NoteView): Promise<boolean> {
    return this.#attempt(async () => void (await this.#backend.call('delete_note', { noteId: note.id })));
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    try {
      await work();
      this.error = null;
      await this.#refresh();
      return true;
    } catch (thrown) {
      this.error = toApiError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  async #load(): Promise<void> {
    try {
      this.notes = await this.#backend.call('notes', { conversationId: this.#conversationId });
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }
}
