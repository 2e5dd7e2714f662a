/** Asks page after page what actions would have done; stopping is not asking for the next one. */
import { toApiError, type ApiError, type Backend, type MessagingActionDraft, type RehearsalPage, type RehearsedFiring } from '../../ipc';

export class Rehearsal {
  firings = $state.raw<RehearsedFiring[]>([]);
  lookedAt = $state(0);
  total = $state(0);
  state = $state<'idle' | 'running' | 'finished' | 'stopped'>('idle');
  error = $state<ApiError | null>(null);

  readonly #backend: Backend;
  #turn = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async run(actions: MessagingActionDraft[], days: number): Promise<void> {
    const turn = ++this.#turn;
    this.firings = [];
    this.lookedAt = 0;
    this.total = 0;
    this.error = null;
    this.state = 'running';
    let after: number | null = null;
    try {
      do {
        const page: RehearsalPage = await this.#backend.call('rehearse_messaging_actions', { actions, days, after });
        if (turn !== this.#turn) return;
        this.firings = [...this.firings, ...page.firings].sort((a, b) => b.at - a.at);
        this.lookedAt += page.lookedAt;
        this.total = page.total;
        after = page.next;
      } while (after !== null);
      this.state = 'finished';
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = toApiError(thrown);
      this.state = 'stopped';
    }
  }

  stop(): void {
    this.#turn += 1;
    if (this.state === 'running') this.state = 'stopped';
  }
}
