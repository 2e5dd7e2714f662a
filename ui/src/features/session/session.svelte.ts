/** Where the app stands: phase, line, connection, progress. One store, refreshed on hints. */
import { toApiError, type ApiError, type AppStatus, type Backend, type ChangeFeed, type Settings } from '../../ipc';
import { coalesce } from '../../lib/coalesce';

export class Session {
  status = $state.raw<AppStatus | null>(null);
  settings = $state.raw<Settings | null>(null);
  error = $state<ApiError | null>(null);

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

  /** Saves at once; rejects with an `ApiError` so that the field at fault can show it. */
  async save(change: Partial<Settings>): Promise<void> {
    if (!this.settings) return;
    const before = this.settings;
    // Shown before it is stored, put back if it cannot be.
    this.settings = { ...before, ...change };
    try {
      this.settings = await this.#backend.call('update_settings', { ...before, ...change });
    } catch (thrown) {
      this.settings = before;
      throw toApiError(thrown);
    }
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
      this.settings = await this.#backend.call('settings');
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }
}
