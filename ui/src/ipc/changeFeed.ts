/**
 * The one owner of listening: it hands change events on and turns a gap in their revisions into
 * "everything may have changed". Events are hints; the truth is always asked for again.
 */
import type { Backend } from './backend';
import type { Change } from './bindings';

export type ChangeListener = (change: Change) => void;

export class ChangeFeed {
  readonly #listeners = new Set<ChangeListener>();
  #last: number | null = null;
  #stop: (() => void) | null = null;

  /** Starts listening; screens query only after this has resolved. */
  async start(backend: Backend): Promise<void> {
    this.#stop = await backend.onChange((event) => {
      const expected = this.#last === null ? event.revision : this.#last + 1;
      const missed = event.revision !== expected;
      this.#last = event.revision;
      if (missed && event.change.kind !== 'everything') this.#tell({ kind: 'everything' });
      this.#tell(event.change);
    });
  }

  /** Adds a listener; the answer removes it. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#last = null;
  }

  #tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
