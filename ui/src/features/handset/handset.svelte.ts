/** The practice line's phones: which one is held, what it shows, and what kind of day it is. */
import { toApiError, type ApiError, type Backend, type ChangeFeed, type Handset, type HandsetText, type PracticeConditions } from '../../ipc';
import { coalesce } from '../../lib/coalesce';

export interface PhonePicture {
  contentType: string;
  base64: string;
  /** Address to show it with before it is sent. */
  preview: string;
}

export class HandsetStore {
  handsets = $state.raw<Handset[]>([]);
  number = $state<string | null>(null);
  texts = $state.raw<HandsetText[]>([]);
  conditions = $state.raw<PracticeConditions>({ networkOff: false, deliveryFailure: null, loseNextAnswer: false });
  body = $state('');
  pictures = $state.raw<PhonePicture[]>([]);
  busy = $state(false);
  error = $state<Pick<ApiError, 'message' | 'remedy'> | null>(null);

  readonly #backend: Backend;
  readonly #refreshTexts: () => Promise<void>;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#refreshTexts = coalesce(() => this.#loadTexts());
  }

  start(feed: ChangeFeed): () => void {
    const stop = feed.subscribe((change) => {
      if (change.kind === 'handset' && change.number === this.number) void this.#refreshTexts();
      if (change.kind === 'everything') void this.#loadAll();
      if (change.kind === 'status') void this.#loadConditions();
    });
    void this.#loadAll();
    return stop;
  }

  get held(): Handset | null {
    return this.handsets.find((it) => it.number === this.number) ?? null;
  }

  hold(number: string): Promise<void> {
    this.number = number;
    this.texts = [];
    this.error = null;
    return this.#refreshTexts();
  }

  add(name: string): Promise<void> {
    this.error = null;
    return this.#guarded(async () => {
      const handset = await this.#backend.call('practice_add_handset', { name });
      this.handsets = [...this.handsets.filter((it) => it.number !== handset.number), handset];
      await this.hold(handset.number);
    });
  }

  /** Sends what is written on the phone to one of the team's numbers. */
  async send(to: string): Promise<void> {
    const from = this.number;
    if (from === null || this.busy || (this.body.trim() === '' && this.pictures.length === 0)) return;
    this.busy = true;
    this.error = null;
    await this.#guarded(async () => {
      await this.#backend.call('practice_text', {
        from,
        to,
        body: this.body,
        pictures: this.pictures.map(({ contentType, base64 }) => ({ contentType, base64 })),
      });
      this.body = '';
      this.pictures = [];
      await this.#refreshTexts();
    });
    this.busy = false;
  }

  change(conditions: Partial<PracticeConditions>): Promise<void> {
    this.error = null;
    return this.#guarded(async () => {
      this.conditions = await this.#backend.call('practice_set_conditions', { ...this.conditions, ...conditions });
    });
  }

  async #loadAll(): Promise<void> {
    await this.#guarded(async () => {
      this.handsets = await this.#backend.call('practice_handsets');
      const first = this.handsets[0];
      if (this.held === null && first) this.number = first.number;
    });
    await Promise.all([this.#refreshTexts(), this.#loadConditions()]);
  }

  #loadConditions(): Promise<void> {
    return this.#guarded(async () => {
      this.conditions = await this.#backend.call('practice_conditions');
    });
  }

  async #loadTexts(): Promise<void> {
    const number = this.number;
    if (number === null) return;
    await this.#guarded(async () => {
      const texts = await this.#backend.call('practice_texts', { number });
      if (number === this.number) this.texts = texts;
    });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }
}
