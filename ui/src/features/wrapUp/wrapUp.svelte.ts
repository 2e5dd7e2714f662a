/** One agent's part of a wrap-up: what is chosen and typed, kept as it is typed. */
import { toApiError, type ApiError, type Backend, type ConversationView, type WrapUpView } from '../../ipc';

const KEEP_AFTER = 400;

export class WrapUpStore {
  code = $state<string | null>(null);
  notes = $state('');
  error = $state<ApiError | null>(null);
  busy = $state(false);

  readonly #backend: Backend;
  readonly #interactionId: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #kept: Promise<void> = Promise.resolve();

  constructor(backend: Backend, view: WrapUpView) {
    this.#backend = backend;
    this.#interactionId = view.interactionId;
    this.code = view.codeId;
    this.notes = view.notes;
  }

  choose(code: string | null): void {
    this.code = code;
    this.#keep();
  }

  write(notes: string): void {
    this.notes = notes;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), KEEP_AFTER);
  }

  /** Keeps at once what is still waiting to be kept. */
  flush(): void {
    if (this.#timer !== undefined) this.#keep();
  }

  /** Ends the wrap-up; the conversation as it is then, or `null` if that was refused. */
  async end(): Promise<ConversationView | null> {
    this.busy = true;
    this.flush();
    try {
      await this.#kept;
      return await this.#backend.call('end_wrap_up', { interactionId: this.#interactionId, left: false });
    } catch (thrown) {
      this.error = toApiError(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }

  #keep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const request = { interactionId: this.#interactionId, codeId: this.code, notes: this.notes };
    // One after the other: an older state must not arrive last.
    this.#kept = this.#kept.then(() =>
      this.#backend.call('save_wrap_up', request).then(
        () => {
          this.error = null;
        },
        (thrown: unknown) => {
          this.error = toApiError(thrown);
        },
      ),
    );
  }
}
