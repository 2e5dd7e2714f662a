import { describe, expect, it } from 'vitest';
import { estimateWords } from './estimate';

const MINUTE = 60_000;

describe('H-5: the estimated wait', () => {
  it('grows less as time goes by, and is then longer than usual', () => {
    const estimate = { usualMs: 6 * MINUTE, leftMs: 4 * MINUTE, at: 1_000, counting: true };
    expect(estimateWords(estimate, 1_000)).toBe('Estimated wait: 4 min.');
    expect(estimateWords(estimate, 1_000 + MINUTE)).toBe('Estimated wait: 3 min.');
    expect(estimateWords(estimate, 1_000 + 3.5 * MINUTE)).toBe('Estimated wait: under a minute.');
    expect(estimateWords(estimate, 1_000 + 4 * MINUTE)).toBe('Longer than it usually takes (6 min).');
  });

  it('stands still while the queue is closed', () => {
    const estimate = { usualMs: 6 * MINUTE, leftMs: 4 * MINUTE, at: 1_000, counting: false };
    expect(estimateWords(estimate, 1_000 + 60 * MINUTE)).toBe('Estimated wait: 4 min once the queue is open.');
  });

  it('says nothing where nothing waits, or too little is known', () => {
    expect(estimateWords(null, 0)).toBe('');
  });
});
