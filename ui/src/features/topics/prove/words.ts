/** Differences between what the phone showed and what it shows now, word by word. */
import { diffWordsWithSpace } from 'diff';
import type { TestStepView } from '../../../ipc';

export interface Piece {
  text: string;
  kind: 'same' | 'gone' | 'new';
}

/** One text of a step before and after: either can be missing. */
export interface ChangedText {
  before: string | null;
  after: string | null;
  pieces: Piece[];
}

/** What changed of one text. Words that change next to each other are one change, with the spaces between them. */
export function pieces(before: string, after: string): Piece[] {
  const found = diffWordsWithSpace(before, after);
  const joined: Piece[] = [];
  let gone = '';
  let added = '';
  const close = (): void => {
    if (gone !== '') joined.push({ text: gone, kind: 'gone' });
    if (added !== '') joined.push({ text: added, kind: 'new' });
    gone = added = '';
  };
  found.forEach((it, index) => {
    const changes = (at: number): boolean => Boolean(found[at]?.added || found[at]?.removed);
    if (it.removed) gone += it.value;
    else if (it.added) added += it.value;
    else if (it.value.trim() === '' && changes(index - 1) && changes(index + 1)) {
      gone += it.value;
      added += it.value;
    } else {
      close();
      joined.push({ text: it.value, kind: 'same' });
    }
  });
  close();
  return joined;
}

/** The texts of a step side by side: the first with the first, and so on. */
export function changedTexts(expected: readonly string[], actual: readonly string[]): ChangedText[] {
  const count = Math.max(expected.length, actual.length);
  return Array.from({ length: count }, (_, index) => {
    const before = expected[index] ?? null;
    const after = actual[index] ?? null;
    return { before, after, pieces: pieces(before ?? '', after ?? '') };
  });
}

/** What a step is called, from one, with what the customer had written by then. */
export function stepLine(step: number, steps: readonly TestStepView[]): string {
  const said = steps.slice(0, step + 1).findLast((it) => it.said);
  const words = said?.input.trim().split('\n')[0] ?? '';
  return words === '' ? `Step ${step + 1}` : `Step ${step + 1}, after “${words}”`;
}
