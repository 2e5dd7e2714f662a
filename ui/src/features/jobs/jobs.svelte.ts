/** Long jobs of the desk: what runs and what came of it. Refreshed on hints. */
import { toApiError, type ApiError, type Backend, type ChangeFeed, type JobView } from '../../ipc';
import { coalesce } from '../../lib/coalesce';
import { outcomeWords, titleOf } from './words';

export class JobStore {
  list = $state.raw<JobView[]>([]);
  /** Said to screen readers when a job is over. */
  announcement = $state('');
  error = $state<ApiError | null>(null);

  readonly #backend: Backend;
  readonly #refresh: () => Promise<void>;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#refresh = coalesce(() => this.#load());
  }

  start(feed: ChangeFeed): () => void {
    const stop = feed.subscribe((change) => {
      if (change.kind === 'jobs' || change.kind === 'everything') void this.#refresh();
    });
    void this.#refresh();
    return stop;
  }

  cancel(job: JobView): Promise<void> {
    return this.#attempt(() => this.#backend.call('cancel_job', { id: job.id }));
  }

  dismiss(job: JobView): Promise<void> {
    return this.#attempt(() => this.#backend.call('dismiss_job', { id: job.id }));
  }

  /** The shell can show what a job wrote; a page in a browser cannot. */
  get showsPlaces(): boolean {
    return this.#backend.showJobPlace !== undefined;
  }

  show(job: JobView, how: 'folder' | 'open'): Promise<void> {
    return this.#attempt(async () => {
      await this.#backend.showJobPlace?.(job.id, how);
      return this.list;
    });
  }

  async #load(): Promise<void> {
    await this.#attempt(() => this.#backend.call('jobs'));
  }

  async #attempt(work: () => Promise<JobView[]>): Promise<void> {
    try {
      this.#adopt(await work());
      this.error = null;
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  #adopt(list: JobView[]): void {
    const running = new Set(this.list.filter((job) => job.state.kind === 'running').map((job) => job.id));
    const over = list.filter((job) => job.state.kind !== 'running' && running.has(job.id));
    if (over.length > 0) this.announcement = over.map((job) => `${outcomeWords(job)}. ${titleOf(job)}.`).join(' ');
    this.list = list;
  }
}
