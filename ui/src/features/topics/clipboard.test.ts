import { describe, expect, it } from 'vitest';
import { copySteps, holdsSteps, pasteSteps } from './clipboard';
import type { TopicFile } from './file.gen';
import { nodeOf } from './graph';

const FILE = {
  format: 1,
  name: 'a',
  displayName: 'A',
  start: 'one',
  nodes: [
    { id: 'one', kind: 'sayText', text: '1', next: 'two', mood: 'kept' },
    { id: 'two', kind: 'sayText', text: '2', next: 'three' },
    { id: 'three', kind: 'end' },
  ],
} as unknown as TopicFile;
const PLACES = new Map([
  ['one', { x: 100, y: 50 }],
  ['two', { x: 400, y: 90 }],
]);

describe('steps on the clipboard', () => {
  it('come back with ids of their own, their ways among each other, and what nobody knows', () => {
    const text = copySteps(FILE, new Set(['one', 'two']), PLACES);
    const pasted = pasteSteps(FILE, text, { x: 1_000, y: 0 });
    expect(pasted?.ids).toEqual(['one_2', 'two_2']);
    const file = pasted?.file ?? FILE;
    expect(nodeOf(file, 'one_2')).toEqual({ id: 'one_2', kind: 'sayText', text: '1', next: 'two_2', mood: 'kept' });
    expect(nodeOf(file, 'two_2')?.next).toBeUndefined();
    expect(file.canvas).toEqual({ one_2: { x: 1_000, y: 0 }, two_2: { x: 1_300, y: 40 } });
    expect(pasteSteps(file, text, { x: 0, y: 0 })?.ids).toEqual(['one_3', 'two_3']);
  });

  it('become the start of an empty topic', () => {
    const pasted = pasteSteps({ ...FILE, nodes: [], start: '' }, copySteps(FILE, new Set(['two']), PLACES), { x: 0, y: 0 });
    expect(pasted?.file.start).toBe('two');
  });

  it('are told from any other text', () => {
    for (const text of ['', 'hello', '{}', '[]', 'null', '{"ternSteps":1}', '{"ternSteps":1,"nodes":[null]}', '{"ternSteps":1,"nodes":[{"id":1}]}']) {
      expect(holdsSteps(text)).toBe(false);
      expect(pasteSteps(FILE, text, { x: 0, y: 0 })).toBeNull();
    }
  });
});
