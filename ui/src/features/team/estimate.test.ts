import { describe, expect, it } from 'vitest';
import { estimateWords } from './estimate';

const MINUTE = 60_000;

describe('H-5: the estimated wait', () => {
  it('grows less as time goes by, and is then longer than usual', () => {
    const estimate = { usualMs: 6 * MINUTE, leftMs: 4 * MINUTE, at: 1_000 };
    expect(estimateWords(estimate, 1_000)).toBe('Estimated wait: 4 min.');
    expect(estimateWords(estimate, 1_000 + MINUTE)).toBe('Estimated wait: 3 min.');
    expect(estimateWords(estimate, 1_000 + 3.5 * MINUTE)).toBe('Estimated wait: under a minute.');
    expect(estimateWords(estimate, 1_000 + 4 * MINUTE)).toBe('Longer than it usually takes (6 min).');
  });

  it('says when there is not enough to tell, and nothing where nothing waits', () => {
    expect(estimateWords({ usualMs: null, leftMs: null, at: 0 }, 0)).toContain('not enough to tell');
    expect(estimateWords(null, 0)).toBe('');
  });
});
