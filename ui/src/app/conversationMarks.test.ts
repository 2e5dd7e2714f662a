import { describe, expect, it } from 'vitest';
import type { ConversationRow } from '../ipc';
import { marksFor, share } from './conversationMarks';

const nothing = () => undefined;
const row = (list: 'ongoing' | 'done') => ({ list, pinned: false, snoozedUntil: null }) as ConversationRow;
const marks = (list: 'ongoing' | 'done') => marksFor({ row: row(list), finding: false, writesNote: false, find: nothing, goToDay: nothing, writeNote: nothing, pin: nothing, snooze: nothing });

describe('what the head of a conversation shows', () => {
  it.each([
    [900, 5],
    [598, 3],
    [400, 0],
  ])('in a pane of %i pixels %i, and the menu has the others', (width, count) => {
    const all = marks('ongoing');
    const { shown, inMenu } = share(all, width);
    expect(shown).toHaveLength(count);
    expect([...inMenu, ...shown]).toEqual(all);
  });

  it('neither pins nor puts off what is done', () => {
    expect(marks('done').map((it) => it.label)).toEqual(['Find in this conversation', 'Go to a day', 'Private note']);
  });
});
