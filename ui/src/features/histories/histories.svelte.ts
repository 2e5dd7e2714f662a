/** The import of histories: the file that is looked at, what it would bring, and past imports. */
import { toApiError, type ApiError, type Backend, type ChangeFeed, type HistoryCheckView, type HistoryFileView, type HistoryImportsView, type HistoryMappingView, type HistoryRemovalView, type PlaceRef } from '../../ipc';
import { coalesce } from '../../lib/coalesce';

export class HistoryStore {
  place = $state.raw<PlaceRef | null>(null);
  /** Counts files that were brought in: the field for the next one begins empty. */
  round = $state(0);
  file = $state.raw<HistoryFileView | null>(null);
  mapping = $state.raw<HistoryMappingView | null>(null);
  addPeople = $state(true);
  check = $state.raw<HistoryCheckView | null>(null);
  past = $state.raw<HistoryImportsView | null>(null);
  removal = $state.raw<HistoryRemovalView | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);
  /** A job of imports is at work: another one cannot be started. */
  working = $state(false);

  readonly #backend: Backend;
  readonly #refresh: () => Promise<void>;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#refresh = coalesce(() => this.#load());
  }

  start(feed: ChangeFeed): () => void {
    const stop = feed.subscribe((change) => {
      if (change.kind === 'jobs' || change.kind === 'settings' || change.kind === 'everything') void this.#refresh();
    });
    void this.#refresh();
    return stop;
  }

  look(): Promise<void> {
    const { place } = this;
    if (place === null) return Promise.resolve();
    return this.#attempt(async () => {
      [this.file, this.mapping, this.check] = [null, null, null];
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      this.file = await this.#backend.call('look_at_history', { place, zone });
      this.mapping = this.file.mapping;
    });
  }

  /** Another mapping: what was found by the last one does not hold any more. */
  map(mapping: HistoryMappingView): void {
    this.mapping = mapping;
    this.check = null;
  }

  tryIt(): Promise<void> {
    const { place, mapping, addPeople } = this;
    if (mapping === null || place === null) return Promise.resolve();
    return this.#attempt(async () => {
      this.check = null;
      await this.#backend.call('check_history', { place, mapping, addPeople });
      this.working = true;
    });
  }

  bring(): Promise<void> {
    const { check } = this;
    if (check === null) return Promise.resolve();
    return this.#attempt(async () => {
      await this.#backend.call('bring_history', { id: check.id });
      [this.check, this.file, this.mapping, this.place] = [null, null, null, null];
      this.round += 1;
      this.working = true;
    });
  }

  lookAtRemoval(id: number): Promise<void> {
    return this.#attempt(async () => {
      this.removal = await this.#backend.call('look_at_history_removal', { id });
    });
  }

  remove(): Promise<void> {
    const { removal } = this;
    if (removal === null) return Promise.resolve();
    return this.#attempt(async () => {
      await this.#backend.call('remove_history', { id: removal.id });
      this.removal = null;
      this.working = true;
    });
  }

  async #load(): Promise<void> {
    try {
      const [past, jobs] = await Promise.all([this.#backend.call('history_imports'), this.#backend.call('jobs')]);
      this.past = past;
      this.working = jobs.some((job) => job.kind === 'import' && job.state.kind === 'running');
      if (past.mayChange && this.file !== null) this.check = await this.#backend.call('history_check');
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
    this.busy = false;
    await this.#refresh();
  }
}
