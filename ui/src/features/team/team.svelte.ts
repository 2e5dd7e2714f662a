/** The team as it is, and the work that is offered to whoever is signed in. */
import { toApiError, type AgentView, type ApiError, type Backend, type ChangeFeed, type NoticeView, type OfferView, type TeamView } from '../../ipc';
import { coalesce } from '../../lib/coalesce';

/** Whom a conversation is handed on to. */
export type TransferPlace = 'agent' | 'queue';

export class TeamStore {
  view = $state.raw<TeamView | null>(null);
  offers = $state.raw<readonly OfferView[]>([]);
  /** What the signed-in agent has to be told and has not seen yet. */
  notices = $state.raw<readonly NoticeView[]>([]);
  error = $state<ApiError | null>(null);

  readonly #backend: Backend;
  readonly #refresh: () => Promise<void>;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#refresh = coalesce(() => this.#load());
  }

  start(feed: ChangeFeed): () => void {
    const stop = feed.subscribe((change) => {
      if (change.kind === 'team' || change.kind === 'notices' || change.kind === 'everything' || change.kind === 'conversation') void this.#refresh();
    });
    void this.#refresh();
    return stop;
  }

  get me(): AgentView | null {
    return this.view?.agents.find((agent) => agent.id === this.view?.me) ?? null;
  }

  /** Nobody else to hand anything to: nothing about a team is shown. */
  get alone(): boolean {
    return (this.view?.agents.length ?? 1) < 2;
  }

  /** Where a conversation can be handed on to: an agent only while one of the others takes work. */
  get transferPlaces(): TransferPlace[] {
    if (this.alone) return [];
    const takesWork = this.view?.agents.some((agent) => agent.id !== this.view?.me && agent.presence.receivesWork) ?? false;
    return takesWork ? ['agent', 'queue'] : ['queue'];
  }

  async choosePresence(stateId: string): Promise<void> {
    this.view = await this.#backend.call('choose_presence', { stateId });
  }

  async signIn(agentId: string, pin: string | null): Promise<void> {
    this.view = await this.#backend.call('sign_in', { agentId, pin });
    await this.#refresh();
  }

  /** The agent has seen these; all of one conversation. */
  async see(notices: readonly NoticeView[]): Promise<void> {
    const first = notices[0];
    if (!first) return;
    try {
      await this.#backend.call('see_notices', {
        conversationId: first.conversationId,
        kinds: notices.map((notice) => notice.kind),
        upTo: Math.max(...notices.map((notice) => notice.at)),
      });
    } finally {
      await this.#refresh();
    }
  }

  /** Answers an offer; the answer is the conversation it was about. */
  async answer(offer: OfferView, accept: boolean, reasonId: string | null = null): Promise<number> {
    try {
      await this.#backend.call('answer_offer', { workItemId: offer.workItemId, accept, reasonId });
      return offer.conversationId;
    } finally {
      await this.#refresh();
    }
  }

  async #load(): Promise<void> {
    try {
      const [view, offers, notices] = await Promise.all([this.#backend.call('team'), this.#backend.call('offers'), this.#backend.call('notices')]);
      this.view = view;
      this.offers = offers;
      this.notices = notices;
      this.error = null;
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }
}
