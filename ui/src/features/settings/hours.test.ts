import { describe, expect, it } from 'vitest';
import { officeHours, readSpans, writeSpans } from './hours';

describe('opening hours as they are written', () => {
  it('reads what people write, in any order, and writes it one way', () => {
    const read = readSpans('14-17:30, 9:00–12:15');
    expect(read.problem).toBeNull();
    expect(writeSpans(read.spans ?? [])).toBe('09:00-12:15, 14:00-17:30');
    expect(readSpans('  ').spans).toEqual([]);
    expect(readSpans('0:00-24:00').spans).toEqual([{ from: 0, to: 1440 }]);
  });

  it.each([
    ['nine to five', 'is not a time'],
    ['9:60-17:00', 'is not a time'],
    ['9:00', 'is not a time'],
    ['17:00-9:00', 'ends before it begins'],
    ['9:00-12:00, 11:59-13:00', 'overlaps'],
    ['9:00-24:01', 'is not a time'],
  ])('refuses %s', (typed, problem) => {
    expect(readSpans(typed).problem).toContain(problem);
  });

  it('reads hours that run over midnight where they may', () => {
    expect(readSpans('22-7, 12:00-13:00', true).spans).toEqual([
      { from: 720, to: 780 },
      { from: 1320, to: 420 },
    ]);
    expect(readSpans('22:00-0:00', true).spans).toEqual([{ from: 1320, to: 0 }]);
    expect(readSpans('9-9', true).problem).toContain('two different times');
    expect(readSpans('24:00-7:00', true).problem).toContain('two different times');
    expect(readSpans('22:00-7:00, 23:00-23:30', true).problem).toContain('overlaps');
  });

  it('begins with five working days', () => {
    expect(officeHours('UTC').week.map((spans) => spans.length)).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });
});
