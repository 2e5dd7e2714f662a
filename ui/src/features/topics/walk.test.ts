import { describe, expect, it } from 'vitest';
import type { TopicFile } from './file.gen';
import { walk } from './walk';

const FILE = {
  format: 1,
  name: 'a',
  displayName: 'A',
  start: 'a',
  nodes: [
    { id: 'a', kind: 'decide', branches: [{ when: 'x', next: 'b' }, { when: 'true', next: 'c' }] },
    { id: 'b', kind: 'end' },
    { id: 'c', kind: 'sayText', text: '', next: 'a' },
    { id: 'alone', kind: 'end' },
  ],
} as unknown as TopicFile;
const PLACES = new Map([
  ['a', { x: 0, y: 0 }],
  ['b', { x: 300, y: -90 }],
  ['c', { x: 300, y: 60 }],
  ['alone', { x: 0, y: 400 }],
]);

describe('arrow keys', () => {
  it('follow the ways, the nearest by height first', () => {
    expect(walk(FILE, PLACES, 'a', 'right')).toBe('c');
    expect(walk(FILE, PLACES, 'b', 'left')).toBe('a');
    expect(walk(FILE, PLACES, 'a', 'left')).toBe('c');
  });

  it('go by place where no way leads, so that nothing is out of reach', () => {
    expect(walk(FILE, PLACES, 'c', 'up')).toBe('b');
    expect(walk(FILE, PLACES, 'a', 'down')).toBe('alone');
    expect(walk(FILE, PLACES, 'b', 'right')).toBeNull();
    expect(walk(FILE, PLACES, 'gone', 'right')).toBeNull();
  });
});
