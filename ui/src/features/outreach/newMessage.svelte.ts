/** The new-message dialog: whom, from which number, what, and what has to be confirmed first. */
import { toApiError, type ApiError, type Backend, type ComposeView, type PersonView } from '../../ipc';
import { v7 as uuid } from 'uuid';
import { debounce } from '../../lib/coalesce';

const ASK_AFTER = 80;

export class NewMessageStore {
  query = $state('');
  person = $state.raw<PersonView | null>(null);
  number = $state<string | null>(null);
  sender = $state<string | null>(null);
  body = $state('');
  moveNumber = $state(false);
  takeOver = $state(false);
  view = $state.raw<ComposeView | null>(null);
  error = $state<ApiError | null>(null);
  sending = $state(false);

  readonly #backend: Backend;
  readonly #soon: ReturnType<typeof debounce>;
  #messageId = uuid();
  #turn = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#soon = debounce(() => void this.ask(), ASK_AFTER);
  }

  /** Begins anew, perhaps with somebody chosen already. */
  start(personId: string | null): void {
    this.query = '';
    this.person = null;
    this.number = null;
    this.body = '';
    this.view = null;
    this.error = null;
    this.#messageId = uuid();
    this.#unconfirm();
    void this.ask(personId);
  }

  type(query: string): void {
    this.query = query;
    this.number = null;
    this.#unconfirm();
    this.#soon();
  }

  choosePerson(person: PersonView): void {
    this.person = person;
    this.query = '';
    this.number = null;
    this.#unconfirm();
    void this.ask();
  }

  dropPerson(): void {
    this.person = null;
    this.number = null;
    this.view = null;
    this.#unconfirm();
    void this.ask();
  }

  chooseNumber(number: string): void {
    this.number = number;
    this.query = '';
    this.#unconfirm();
    void this.ask();
  }

  chooseSender(sender: string): void {
    this.sender = sender;
    this.#unconfirm();
    void this.ask();
  }

  /** Why it cannot be sent yet, in words; `null` when it can. */
  get missing(): string | null {
    const view = this.view;
    if (!view?.number) return 'Choose whom to write to.';
    if (!view.sender) return 'Choose the number to write from.';
    if (view.cannotSend) return view.cannotSend;
    if (view.movesFrom && !this.moveNumber) return 'Confirm that the number moves.';
    if (view.takesOverFrom && !this.takeOver) return 'Confirm that you take over.';
    if (this.body.trim() === '') return 'Write something.';
    return null;
  }

  async ask(personId: string | null = this.person?.id ?? null): Promise<void> {
    const turn = ++this.#turn;
    try {
      const view = await this.#backend.call('compose_to', {
        query: this.query,
        personId,
        number: this.number,
        providerNumber: this.sender,
      });
      if (turn !== this.#turn) return;
      this.view = view;
      this.person = view.person;
      this.sender = view.sender;
      this.error = null;
    } catch (thrown) {
      if (turn === this.#turn) this.error = toApiError(thrown);
    }
  }

  /** Sends; answers the conversation to show, or `null` if it was refused. */
  async send(): Promise<number | null> {
    const view = this.view;
    if (this.missing !== null || this.sending || !view?.number || !view.sender) return null;
    this.sending = true;
    try {
      const started = await this.#backend.call('start_conversation', {
        messageId: this.#messageId,
        providerNumber: view.sender,
        number: view.number,
        personId: this.person?.id ?? null,
        body: this.body,
        moveNumber: this.moveNumber,
        takeOver: this.takeOver,
      });
      return started.conversationId;
    } catch (thrown) {
      this.error = toApiError(thrown);
      // Somebody was faster: look at what has to be confirmed now.
      if (this.error.code === 'numberOfSomebodyElse' || this.error.code === 'takesOver') await this.ask();
      return null;
    } finally {
      this.sending = false;
    }
  }

  #unconfirm(): void {
    this.moveNumber = false;
    this.takeOver = false;
  }
}
