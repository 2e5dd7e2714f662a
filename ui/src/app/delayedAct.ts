/** An act that can be taken back for a few seconds: the call is made only when the time is over. */
export class DelayedAct {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #act: (() => void) | null = null;

  /** Plans an act; one that is still planned is carried out first. */
  plan(milliseconds: number, act: () => void): void {
    this.flush();
    this.#act = act;
    this.#timer = setTimeout(() => this.flush(), milliseconds);
  }

  /** Carries out now what is planned. */
  flush(): void {
    clearTimeout(this.#timer);
    const act = this.#act;
    this.#act = null;
    act?.();
  }

  /** Takes it back. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#act = null;
  }
}
