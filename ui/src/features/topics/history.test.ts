import { describe, expect, it } from 'vitest';
import { begin, record, redo, undo } from './history';

describe('the history', () => {
  it('goes back and forth', () => {
    const two = record(record(begin('a'), 'b', null, 0), 'c', null, 0);
    expect(undo(two).present).toBe('b');
    expect(undo(undo(two)).present).toBe('a');
    expect(undo(undo(undo(two))).present).toBe('a');
    expect(redo(undo(two)).present).toBe('c');
    expect(redo(two)).toBe(two);
  });

  it('forgets what was undone once something new is done', () => {
    const again = record(undo(record(begin('a'), 'b', null, 0)), 'c', null, 0);
    expect(again.future).toEqual([]);
    expect(undo(again).present).toBe('a');
  });

  it('takes typing into one place as one change', () => {
    let history = begin('');
    for (const [text, at] of [['h', 0], ['he', 400], ['hey', 900]] as const) history = record(history, text, 'x.text', at);
    expect(undo(history).present).toBe('');
    const elsewhere = record(history, 'hey!', 'y.text', 1_000);
    expect(undo(elsewhere).present).toBe('hey');
    const later = record(history, 'hey?', 'x.text', 9_000);
    expect(undo(later).present).toBe('hey');
    const afterUndo = record(undo(history), 'ho', 'x.text', 950);
    expect(undo(afterUndo).present).toBe('');
  });
});
