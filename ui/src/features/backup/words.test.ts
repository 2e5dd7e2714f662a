import { describe, expect, it } from 'vitest';
import { contentWords, sinceWords, strengthWords } from './words';

const counts = { conversations: 2, messages: 1, pictures: 0, events: 9 };

describe('backups in words', () => {
  it('says what is in one', () => {
    expect(contentWords(counts)).toBe('1 text in 2 conversations');
    expect(contentWords({ ...counts, pictures: 3 })).toBe('1 text in 2 conversations, 3 pictures');
  });

  it('says what the desk has more', () => {
    const report = { at: 0, madeAt: 0, counts, desk: counts, parts: 1, bytes: 1 };
    expect(sinceWords(report)).toBeNull();
    expect(sinceWords({ ...report, desk: { ...counts, messages: 5 } })).toBe('The desk has 4 texts more than this backup.');
  });

  it('tells weak passphrases from strong ones', () => {
    expect(strengthWords('heron')).toMatch(/^Weak/);
    expect(strengthWords('heron in the rain')).toMatch(/^Fair/);
    expect(strengthWords('a heron stands in the rain')).toMatch(/^Strong/);
  });
});
