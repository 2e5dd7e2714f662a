/** Saves a change at once, says so, and keeps a refusal beside the field it belongs to. */
import { toApiError, type Settings } from '../../ipc';
import { inOneLine } from '../../lib/errors';

const SAID_FOR = 2_000;

export class Saver {
  /** What to say about the last save; empty when there is nothing to say. */
  words = $state('');
  problems = $state<Partial<Record<keyof Settings, string>>>({});

  readonly #save: (change: Partial<Settings>) => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(save: (change: Partial<Settings>) => Promise<void>) {
    this.#save = save;
  }

  async set<K extends keyof Settings>(field: K, value: Settings[K]): Promise<boolean> {
    try {
      await this.#save({ [field]: value } as Pick<Settings, K>);
      delete this.problems[field];
      this.#say('Saved');
      return true;
    } catch (thrown) {
      this.problems[field] = inOneLine(toApiError(thrown));
      this.#say('');
      return false;
    }
  }

  /** A refusal that needs no asking, for what is plainly wrong. */
  refuse(field: keyof Settings, problem: string): void {
    this.problems[field] = problem;
  }

  #say(words: string): void {
    clearTimeout(this.#timer);
    this.words = words;
    this.#timer = setTimeout(() => (this.words = ''), SAID_FOR);
  }
}
