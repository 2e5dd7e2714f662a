/** What is being written to one person: the draft, its pictures, what it would cost, and sending it. */
import { v7 as uuidv7 } from 'uuid';
import { toApiError, type ApiError, type Backend, type ConversationView, type DraftView, type ErrorCode, type FindingView, type MediaView, type MessageView, type TextMeasure } from '../../ipc';
import { base64Of } from '../../lib/base64';
import { debounce } from '../../lib/coalesce';
import { refusePicture } from './pictures';
import { SlashStore } from './slash.svelte';

const SAVE_AFTER = 400;
const MEASURE_AFTER = 60;

export class ComposerStore {
  readonly conversationId: number;
  body = $state('');
  media = $state.raw<MediaView[]>([]);
  measure = $state.raw<TextMeasure | null>(null);
  /** What keeps the text from being sent, and the same in words. */
  findings = $state.raw<FindingView[]>([]);
  stopWords = $state('');
  readonly slash: SlashStore;
  sending = $state(false);
  /** Sending waits for a confirmation: a colleague has the conversation. */
  asksToJoin = $state(false);
  attaching = $state(0);
  /** What went wrong, and where the app says so, its code. */
  error = $state<(Pick<ApiError, 'message' | 'remedy'> & { code?: ErrorCode }) | null>(null);

  readonly #backend: Backend;
  readonly #onSent: (message: MessageView) => void;
  readonly #save: ReturnType<typeof debounce>;
  readonly #measure: ReturnType<typeof debounce>;
  /** The newest saving of the draft. */
  #saving: Promise<void> = Promise.resolve();
  #restored = false;
  /** Grows whenever another draft takes this one's place. */
  #replaced = 0;
  #touched = false;
  #measured = 0;
  /** Kept until the send has an answer, so that trying again cannot send twice. */
  #messageId: string | null = null;

  constructor(backend: Backend, conversationId: number, onSent: (message: MessageView) => void) {
    this.#backend = backend;
    this.conversationId = conversationId;
    this.#onSent = onSent;
    this.slash = new SlashStore(backend, conversationId);
    this.#save = debounce(() => (this.#saving = this.#saveDraft()), SAVE_AFTER);
    this.#measure = debounce(() => void this.#measureBody(), MEASURE_AFTER);
  }

  get isEmpty(): boolean {
    return this.body.trim() === '' && this.media.length === 0;
  }

  /** Takes the saved draft over, once, and never over something typed meanwhile. */
  restore(view: ConversationView): void {
    if (this.#restored) return;
    this.#restored = true;
    if (view.draft && !this.#touched) this.replace(view.draft);
  }

  /** Puts a draft in the place of what is there, e.g. a text called back. */
  replace(draft: DraftView): void {
    this.#replaced += 1;
    this.body = draft.body;
    this.media = draft.media;
    this.error = null;
    this.#measure();
  }

  type(body: string): void {
    this.#touched = true;
    this.body = body;
    this.error = null;
    this.#save();
    this.#measure();
  }

  /** Offers the plain look-alike in place of every appearance of the character that costs. */
  replaceCostly(): void {
    const costly = this.measure?.costly;
    if (!costly || costly.replacement === null) return;
    this.type(this.body.replaceAll(costly.character, costly.replacement));
  }

  async attach(files: readonly File[]): Promise<void> {
    this.error = null;
    for (const file of files) {
      const refusal = refusePicture(file);
      if (refusal) {
        this.error = refusal;
        continue;
      }
      this.attaching += 1;
      try {
        this.#save.flush();
        const draft = await this.#backend.call('attach_picture', {
          conversationId: this.conversationId,
          fileName: file.name || 'picture',
          base64: await base64Of(file),
        });
        this.media = draft.media;
        this.#touched = true;
      } catch (thrown) {
        this.error = toApiError(thrown);
      } finally {
        this.attaching -= 1;
      }
    }
  }

  async detach(mediaId: string): Promise<void> {
    try {
      const draft = await this.#backend.call('remove_picture', { conversationId: this.conversationId, mediaId });
      this.media = draft.media;
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  /** `joins`: the agent confirmed that they take part in a colleague's conversation by it (H-11). */
  async send(joins = false): Promise<void> {
    if (this.sending || this.isEmpty || (this.measure?.overLimitBy ?? 0) > 0) return;
    this.sending = true;
    this.error = null;
    this.#save.cancel();
    this.#messageId ??= uuidv7();
    const body = this.body;
    const replaced = this.#replaced;
    // A click on Send leaves the field, which saves the draft: that must not overtake the send and come back.
    await this.#saving;
    try {
      const message = await this.#backend.call('send_message', {
        messageId: this.#messageId,
        conversationId: this.conversationId,
        body,
        joins,
      });
      this.#messageId = null;
      this.#onSent(message);
      // The text was called back before its answer came: what is here now is that draft.
      if (replaced !== this.#replaced) return;
      this.media = [];
      // What was typed while the answer was on its way stays.
      this.body = this.body === body ? '' : this.body.slice(body.length).trimStart();
      // An answer about the text that has left would count the parts of nothing.
      this.#measure.cancel();
      this.#measured += 1;
      this.measure = null;
      this.#found([], '');
      if (this.body !== '') this.type(this.body);
    } catch (thrown) {
      this.error = toApiError(thrown);
      this.#save();
      if (this.error.code === 'joinsLiveGroup') {
        this.error = null;
        this.asksToJoin = true;
      } else if (this.error.code === 'textStopped') await this.#measureBody();
    } finally {
      this.sending = false;
    }
  }

  /** Saves now what has not been saved yet. */
  saveNow(): void {
    this.#save.flush();
  }

  /** The thread is left. */
  leave(): void {
    this.#save.flush();
    this.#measure.cancel();
  }

  async #saveDraft(): Promise<void> {
    try {
      await this.#backend.call('save_draft', { conversationId: this.conversationId, body: this.body });
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  #found(findings: FindingView[], words: string): void {
    this.findings = findings;
    this.stopWords = words;
  }

  async #measureBody(): Promise<void> {
    const turn = ++this.#measured;
    if (this.body === '') {
      this.measure = null;
      this.#found([], '');
      return;
    }
    try {
      const body = this.body;
      const [measure, check] = await Promise.all([this.#backend.call('measure_text', { body }), this.#backend.call('check_text', { body })]);
      if (turn !== this.#measured) return;
      this.measure = measure;
      this.#found(check.findings, check.words);
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }
}
