/** A condition while it is being made: as a form where a form can show it, else as text; checked as it is typed. */
import { toApiError, type Backend, type ConditionDraft, type ConditionFormView, type ConditionProblemView, type FactView, type FormOperatorView, type FormRowView, type FormValueView } from '../../ipc';

export class ConditionStore {
  facts = $state.raw<FactView[]>([]);
  form = $state<ConditionFormView | null>({ any: false, rows: [] });
  text = $state('true');
  problems = $state.raw<ConditionProblemView[]>([]);

  readonly #backend: Backend;
  #turn = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get isGood(): boolean {
    return this.problems.length === 0;
  }

  /** Shows a stored condition; the answer resolves when facts and form are there. */
  async open(text: string): Promise<void> {
    if (this.facts.length === 0) this.facts = await this.#backend.call('condition_facts');
    this.text = text;
    await this.#check({ kind: 'text', text }, true);
  }

  factOf(row: FormRowView): FactView | undefined {
    return this.facts.find((it) => it.name === row.fact);
  }

  add(fact: FactView | undefined): void {
    if (!fact || !this.form) return;
    this.form.rows.push({ fact: fact.name, operator: fact.operators[0] ?? 'is', value: valueFor(fact, fact.operators[0] ?? 'is') });
    this.formChanged();
  }

  remove(index: number): void {
    this.form?.rows.splice(index, 1);
    this.formChanged();
  }

  chooseFact(index: number, name: string): void {
    const fact = this.facts.find((it) => it.name === name);
    const operator = fact?.operators[0];
    if (!fact || !operator || !this.form) return;
    this.form.rows[index] = { fact: name, operator, value: valueFor(fact, operator) };
    this.formChanged();
  }

  chooseOperator(index: number, operator: FormOperatorView): void {
    const row = this.form?.rows[index];
    const fact = row && this.factOf(row);
    if (!row || !fact) return;
    const fits = (row.value.kind === 'texts') === (operator === 'isAnyOf');
    row.operator = operator;
    if (!fits) row.value = valueFor(fact, operator);
    this.formChanged();
  }

  setValue(index: number, value: FormValueView): void {
    const row = this.form?.rows[index];
    if (!row) return;
    row.value = value;
    this.formChanged();
  }

  setAny(any: boolean): void {
    if (!this.form) return;
    this.form.any = any;
    this.formChanged();
  }

  setText(text: string): void {
    this.text = text;
    this.form = null;
    void this.#check({ kind: 'text', text }, false);
  }

  /** From the form to its text, to be changed by hand. */
  editAsText(): void {
    this.form = null;
  }

  /** Back to the form, where one can show the text. */
  async editAsForm(): Promise<boolean> {
    await this.#check({ kind: 'text', text: this.text }, true);
    return this.form !== null;
  }

  formChanged(): void {
    if (this.form) void this.#check({ kind: 'form', form: $state.snapshot(this.form) }, false);
  }

  async #check(draft: ConditionDraft, adoptForm: boolean): Promise<void> {
    const turn = ++this.#turn;
    try {
      const view = await this.#backend.call('check_condition', draft);
      if (turn !== this.#turn) return;
      this.problems = view.problems;
      if (draft.kind === 'form') this.text = view.text;
      if (adoptForm) this.form = view.form;
    } catch (thrown) {
      if (turn === this.#turn) this.problems = [{ line: 1, column: 1, words: toApiError(thrown).message }];
    }
  }
}

function valueFor(fact: FactView, operator: FormOperatorView): FormValueView {
  switch (fact.kind.kind) {
    case 'flag':
      return { kind: 'nothing' };
    case 'number':
      return { kind: 'number', number: 1 };
    case 'text':
      return { kind: 'text', text: '' };
    case 'choice': {
      const word = fact.kind.choices[0]?.word ?? '';
      return operator === 'isAnyOf' ? { kind: 'texts', texts: [word] } : { kind: 'text', text: word };
    }
  }
}
