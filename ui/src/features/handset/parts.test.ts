import { describe, expect, it } from 'vitest';
import { partsOf } from './parts';

describe('the parts of a text', () => {
  it('puts every character into exactly one part', () => {
    expect(partsOf('abcdef', [2, 4])).toEqual(['ab', 'cd', 'ef']);
    expect(partsOf('abc', [])).toEqual(['abc']);
    expect(partsOf('abc', [0, 1, 1, 9])).toEqual(['a', 'bc']);
  });
});
