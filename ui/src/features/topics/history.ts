/** Undo and redo: one history of what was, in which typing into one place counts as one change. */

/** Changes of one place that follow each other within this time are one, milliseconds. */
const ONE_CHANGE = 1_500;
const LONGEST = 200;

export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** The place that was changed last; `null` keeps the next change apart. */
  readonly place: string | null;
  readonly at: number;
}

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], place: null, at: 0 };
}

export function record<T>(history: History<T>, present: T, place: string | null, at: number): History<T> {
  const goesOn = place !== null && place === history.place && at - history.at < ONE_CHANGE && history.past.length > 0;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-LONGEST);
  return { past, present, future: [], place, at };
}

/** Replaces the present without a step of its own. */
export function amend<T>(history: History<T>, present: T): History<T> {
  return { ...history, present };
}

export function undo<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future], place: null, at: 0 };
}

export function redo<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, place: null, at: 0 };
}
