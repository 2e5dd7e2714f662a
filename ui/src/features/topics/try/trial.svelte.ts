/** A conversation with the draft on the canvas: nothing of it is written or sent. */
import { toApiError, type ApiError, type TryFacts, type TryInput, type TryNote, type TryReply, type TryTurn } from '../../../ipc';
import type { PhonePicture } from '../../handset';
import type { Draft, NodeMark } from './draft';

/** One thing on the screen, in order. */
export type Shown =
  | { kind: 'said'; text: string; media: readonly string[]; previews: readonly string[]; at: number }
  | { kind: 'reply'; reply: TryReply }
  | { kind: 'note'; text: string; warns: boolean };

export class Trial {
  shown = $state.raw<Shown[]>([]);
  turn = $state.raw<TryTurn | null>(null);
  facts = $state<TryFacts>({ customerName: 'Jamie Miller', customerNumber: '', openNow: true, agentThere: true, proof: 'verified' });
  body = $state('');
  pictures = $state.raw<PhonePicture[]>([]);
  answer = $state('{\n  \n}');
  busy = $state(false);
  error = $state.raw<Pick<ApiError, 'message' | 'remedy'> | null>(null);

  readonly #draft: Draft;
  readonly #now: () => number;
  #at = $state(0);
  /** Answers of a run that was left do not belong on the screen. */
  #run = 0;

  constructor(draft: Draft, now: () => number = () => Date.now()) {
    this.#draft = draft;
    this.#now = now;
    this.#at = now();
  }

  /** What the clock of the trial says. */
  get at(): number {
    return this.#at;
  }

  get began(): boolean {
    return this.turn !== null;
  }

  readonly lastReply: string | null = $derived.by(() => {
    const last = this.shown.findLast((it) => it.kind === 'reply');
    return last?.kind === 'reply' ? last.reply.text : null;
  });

  /** What the phone's line holds is said. */
  async send(): Promise<void> {
    if (this.busy) return;
    const { body, pictures } = this;
    if (body.trim() === '' && pictures.length === 0) return;
    const took = await this.say(
      body,
      pictures.map((it) => it.contentType),
      pictures.map((it) => it.preview),
    );
    if (!took) return;
    this.body = '';
    this.pictures = [];
  }

  say(text: string, media: readonly string[], previews: readonly string[] = []): Promise<boolean> {
    const kind = this.began ? 'said' : 'begin';
    return this.#give({ kind, text, media: [...media] }, { kind: 'said', text, media, previews, at: this.#at });
  }

  /** Starts the draft at a node: `null` is its start. */
  startAt(node: string | null): Promise<boolean> {
    this.restart();
    return this.#give({ kind: 'startAt', node, variables: {} });
  }

  /** Forgets the run. */
  restart(): void {
    this.#run += 1;
    this.shown = [];
    this.turn = null;
    this.error = null;
    this.busy = false;
    this.#at = this.#now();
  }

  advance(ms: number): Promise<boolean> {
    this.#at += ms;
    return this.began ? this.#give({ kind: 'time' }) : Promise.resolve(true);
  }

  /** Moves the clock to whatever happens next by itself. */
  toNext(): Promise<boolean> {
    const next = this.turn?.nextAt ?? null;
    return next === null ? Promise.resolve(false) : this.advance(Math.max(0, next - this.#at));
  }

  /** Another system answers; `null` = it does not. */
  answered(body: string | null): Promise<boolean> {
    return this.#give({ kind: 'answered', body });
  }

  person(kind: 'handedOver' | 'handOverRefused' | 'agentAccepts' | 'handedBack'): Promise<boolean> {
    return this.#give({ kind });
  }

  /** Draws the path on the canvas. */
  draw(): void {
    const marks = new Map<string, NodeMark>();
    for (const place of this.turn?.path ?? []) if (place.topic === this.#draft.file.name) marks.set(place.node, { path: true });
    this.#draft.marks = marks;
  }

  /** Takes the path off the canvas. */
  leave(): void {
    this.#draft.marks = new Map();
  }

  async #give(input: TryInput, said?: Shown): Promise<boolean> {
    const run = this.#run;
    this.busy = true;
    this.error = null;
    try {
      const turn = await this.#draft.backend.call('try_topic', {
        file: this.#draft.text,
        session: this.turn?.session ?? null,
        facts: $state.snapshot(this.facts),
        input,
        at: this.#at,
      });
      if (run !== this.#run) return false;
      this.turn = turn;
      this.#at = turn.at;
      this.shown = [...this.shown, ...(said ? [said] : []), ...inOrder(turn.replies, turn.notes)];
        return true;
    } catch (thrown) {
      if (run === this.#run) this.error = toApiError(thrown);
      return false;
    } finally {
      if (run === this.#run) this.busy = false;
    }
  }
}

/** Texts and notes as they came. */
export function inOrder(replies: readonly TryReply[], notes: readonly TryNote[]): Shown[] {
  const shown: Shown[] = [];
  const noted = (after: number): Shown[] =>
    notes.filter((it) => it.after === after).map(({ text, warns }) => ({ kind: 'note', text, warns }));
  replies.forEach((reply, index) => shown.push(...noted(index), { kind: 'reply', reply }));
  return [...shown, ...noted(replies.length)];
}
