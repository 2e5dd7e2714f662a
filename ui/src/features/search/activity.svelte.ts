/** Texts by days for the heat-map: of everything, or of what a search finds. The newest question's answer counts. */
import { toApiError, type ApiError, type Backend } from '../../ipc';
import { addDays, dayOf, yearUntil, type Year } from './calendar';

/** Days between a year and the one before it: whole weeks. */
const YEAR = 53 * 7;
/** While texts are being counted. */
const LOOK_AGAIN = 2_000;

export class ActivityStore {
  year = $state.raw<Year>(yearUntil(dayOf(Date.now())));
  days = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** Only the newest of what the search finds are in it. */
  isMore = $state(false);
  /** Not everything is counted yet. */
  isCounting = $state(false);
  /** The search that the days belong to; `null` before there are any. */
  answered = $state<string | null>(null);
  error = $state.raw<ApiError | null>(null);

  readonly #backend: Backend;
  #turn = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The year that ends today can have no later one. */
  get isNewest(): boolean {
    return this.year.last >= dayOf(Date.now());
  }

  async load(query: string): Promise<void> {
    const turn = ++this.#turn;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    try {
      const found = await this.#backend.call('activity', { ...this.year, zone, query, asker: 'page' });
      if (turn !== this.#turn || found.stopped) return;
      this.days = new Map(found.days.map((it) => [it.day, it.texts]));
      this.isMore = found.isMore;
      this.isCounting = found.isCounting;
      this.answered = query;
      this.error = null;
      if (found.isCounting) setTimeout(() => turn === this.#turn && void this.load(query), LOOK_AGAIN);
    } catch (thrown) {
      if (turn === this.#turn) this.error = toApiError(thrown);
    }
  }

  /** Begins with the year in which the newest hit is, so that what was found is in sight; with the last year otherwise. */
  async begin(query: string, newest: string | null): Promise<void> {
    const last = yearUntil(dayOf(Date.now()));
    if (newest !== null) this.year = newest >= last.first ? last : yearUntil(newest);
    await this.load(query);
  }

  /** A year further back, or forward again. */
  async move(by: -1 | 1, query: string): Promise<void> {
    const today = dayOf(Date.now());
    const last = by < 0 ? addDays(this.year.first, -1) : addDays(this.year.last, YEAR);
    this.year = yearUntil(last > today ? today : last);
    await this.load(query);
  }

  leave(): void {
    this.#turn += 1;
  }
}
