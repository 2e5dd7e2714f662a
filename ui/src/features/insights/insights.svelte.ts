/** What the page asks for, and the answers: the newest one wins, and what is shown stays until the next is here. */
import { toApiError, type ApiError, type AskInsights, type Backend, type BehindConversation, type ChangeFeed, type Insights, type InsightsFilter, type InsightsPart } from '../../ipc';
import { isPeriod, periodOf, type Days, type PeriodName } from './period';

/** Figures follow what happens by a second or so; a busy desk is not asked for every text. */
const LOOK_AGAIN = 3_000;

/** The bar or the number behind which somebody looks. */
export interface Picked {
  title: string;
  part: InsightsPart;
  from: number | null;
  until: number | null;
  weekday: number | null;
  hour: number | null;
  agentId: string | null;
  queueId: string | null;
  /** The parts of the same bar, this one among them: a thin one is hard to hit with the mouse. */
  parts: readonly PickedPart[];
}

/** One part of a bar. */
export interface PickedPart {
  name: string;
  value: string;
  title: string;
  part: InsightsPart;
}

export class InsightsStore {
  insights = $state.raw<Insights | null>(null);
  error = $state.raw<ApiError | null>(null);
  period = $state<PeriodName>('month');
  custom = $state<Days>({ first: '', last: '' });
  filter = $state.raw<InsightsFilter>({ queueId: null, agentId: null, number: null, channel: null });
  compare = $state(true);

  picked = $state.raw<Picked | null>(null);
  behind = $state.raw<BehindConversation[]>([]);
  behindAll = $state(0);
  behindTimes = $state(0);
  behindLoaded = $state(false);
  behindError = $state.raw<ApiError | null>(null);

  readonly zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  readonly #backend: Backend;
  #asked = 0;
  #askedBehind = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(backend: Backend, now: number) {
    this.#backend = backend;
    this.custom = periodOf('month', now);
  }

  /** The days that are shown; `null` while what was typed are none. */
  days(now: number): Days | null {
    if (this.period !== 'custom') return periodOf(this.period, now);
    return isPeriod(this.custom) ? this.custom : null;
  }

  start(feed: ChangeFeed): () => void {
    void this.load();
    const stop = feed.subscribe((change) => {
      if (change.kind === 'conversation' || change.kind === 'everything') this.#soon();
      // Somebody else may have signed in, who may see less.
      if (change.kind === 'team') void this.load();
    });
    return () => {
      stop();
      if (this.#timer !== null) clearTimeout(this.#timer);
    };
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.load();
    }, LOOK_AGAIN);
  }

  async load(): Promise<void> {
    const days = this.days(Date.now());
    if (days === null) return;
    this.#asked += 1;
    const mine = this.#asked;
    const request: AskInsights = { period: { ...days, zone: this.zone }, filter: this.filter, compare: this.compare };
    try {
      const found = await this.#backend.call('insights', request);
      if (mine !== this.#asked) return;
      [this.insights, this.error] = [found, null];
      if (found.left > 0) this.#soon();
    } catch (thrown) {
      if (mine !== this.#asked) return;
      this.error = toApiError(thrown);
      // What somebody else was shown is not for whoever asks now, and neither is the agent they had chosen.
      if (this.error.code !== 'notAllowed') return;
      this.insights = null;
      this.leave();
      if (this.filter.agentId !== null) this.filter = { ...this.filter, agentId: null };
    }
  }

  pick(title: string, part: InsightsPart, more: Partial<Picked> = {}): void {
    this.picked = { title, part, from: null, until: null, weekday: null, hour: null, agentId: null, queueId: null, parts: [], ...more };
    [this.behind, this.behindAll, this.behindTimes, this.behindLoaded] = [[], 0, 0, false];
    void this.more();
  }

  /** Looks behind another part of the same bar. */
  pickPart(part: PickedPart): void {
    if (this.picked) this.pick(part.title, part.part, { ...this.picked, title: part.title, part: part.part });
  }

  async more(): Promise<void> {
    const days = this.days(Date.now());
    const { picked } = this;
    if (days === null || picked === null) return;
    this.#askedBehind += 1;
    const mine = this.#askedBehind;
    try {
      const page = await this.#backend.call('insights_behind', {
        period: { ...days, zone: this.zone },
        filter: { ...this.filter, agentId: picked.agentId ?? this.filter.agentId, queueId: picked.queueId ?? this.filter.queueId },
        part: picked.part,
        from: picked.from,
        until: picked.until,
        weekday: picked.weekday,
        hour: picked.hour,
        skip: this.behind.length,
      });
      if (mine !== this.#askedBehind) return;
      [this.behind, this.behindAll, this.behindTimes] = [[...this.behind, ...page.rows], page.all, page.times];
      [this.behindLoaded, this.behindError] = [true, null];
    } catch (thrown) {
      if (mine === this.#askedBehind) this.behindError = toApiError(thrown);
    }
  }

  leave(): void {
    this.#askedBehind += 1;
    this.picked = null;
  }
}
