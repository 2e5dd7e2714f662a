/** Where the app stands: phase, line, connection, progress. One store, refreshed on hints. */
import { toApiError, type ApiError, type AppStatus, type Backend, type ChangeFeed, type Settings } from '../../ipc';
import { coalesce } from '../../lib/coalesce';

export class Session {
  status = $state.raw<AppStatus | null>(null);
  settings = $state.raw<Settings | null>(null);
  error = $state<ApiError | null>(null);

  /** As they are stored. */
  #stored: Settings | null = null;
  /** What was changed since, in that order: whoever builds on what is shown must not build on what was there before. */
  #unsaved: Partial<Settings>[] = [];
  #turn: Promise<void> = Promise.resolve();
  readonly #backend: Backend;
  readonly #refresh: () => Promise<void>;
  readonly #refreshSettings: () => Promise<void>;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#refresh = coalesce(() => this.#load());
    this.#refreshSettings = coalesce(() => this.#loadSettings());
  }

  start(feed: ChangeFeed): () => void {
    const stop = feed.subscribe((change) => {
      if (change.kind === 'status' || change.kind === 'everything') void this.refresh();
      if (change.kind === 'settings' || change.kind === 'everything') void this.#refreshSettings();
    });
    void this.refresh();
    return stop;
  }

  get ready(): boolean {
    return this.status?.phase.kind === 'ready';
  }

  get offline(): boolean {
    return this.status?.connection.kind === 'offline';
  }

  refresh(): Promise<void> {
    return this.#refresh();
  }

  /** Takes over the status that a command has answered with. */
  adopt(status: AppStatus): void {
    this.status = status;
    this.error = null;
    if (status.phase.kind === 'ready') void this.#refreshSettings();
  }

  /** Saves one change after the other; rejects with an `ApiError` so that the field at fault can show it. */
  save(change: Partial<Settings>): Promise<void> {
    this.#unsaved.push(change);
    this.#show();
    return this.#inTurn(() => this.#store(change));
  }

  /** Reads and writes go one after the other, so that no answer is older than one that came before it. */
  #inTurn(run: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(run);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #store(change: Partial<Settings>): Promise<void> {
    try {
      if (this.#stored) this.#stored = await this.#backend.call('update_settings', { ...this.#stored, ...change });
    } catch (thrown) {
      throw toApiError(thrown);
    } finally {
      this.#unsaved = this.#unsaved.filter((it) => it !== change);
      this.#show();
    }
  }

  /** A change is shown before it is stored, and put back if it cannot be. */
  #show(): void {
    this.settings = this.#stored && Object.assign({}, this.#stored, ...this.#unsaved);
  }

  async #load(): Promise<void> {
    try {
      this.adopt(await this.#backend.call('app_status'));
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  async #loadSettings(): Promise<void> {
    if (!this.ready) return;
    try {
      await this.#inTurn(async () => {
        this.#stored = await this.#backend.call('settings');
        this.#show();
      });
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }
}
