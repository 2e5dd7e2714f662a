import { describe, expect, it } from 'vitest';
import { ageWords, deletedWords, inUnits, toDays } from './words';

describe('ages', () => {
  it.each([
    [30, '30 days'],
    [31, '1 month'],
    [366, '1 year'],
    [732, '2 years'],
    [400, '400 days'],
  ])('says %i days as “%s”', (days, words) => {
    expect(ageWords(days)).toBe(words);
    const { amount, unit } = inUnits(days);
    expect(toDays(String(amount), unit)).toBe(days);
  });

  it.each(['', ' ', '29', '1.5', '-40', 'ninety', '99999999'])('takes “%s” for no age', (typed) => {
    expect(toDays(typed, 'days')).toBeNull();
  });

  it('says what a run deleted', () => {
    expect(deletedWords({ texts: 2, pictures: 1, pictureBytes: 2048, notes: 0 })).toMatch(/^2 texts, 1 picture \(/);
    expect(deletedWords({ texts: 0, pictures: 0, pictureBytes: 0, notes: 0 })).toBe('nothing');
  });
});
