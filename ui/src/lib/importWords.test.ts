import { describe, expect, it } from 'vitest';
import { didDo, inOrder, willDo, type FileRow, type Verdict } from './importWords';

const report = { new: 2, changed: 1, duplicate: 1, broken: 1 };
const row = (line: number, verdict: Verdict, warnings: string[] = []): FileRow => ({ line, verdict, warnings, name: '', fields: [], reason: '' });

describe('an import in words', () => {
  it('says what it will do, and how many lines it leaves out', () => {
    expect(willDo(report, ['person', 'people'])).toBe('This will add 2 people and change 1 person; 2 lines are left out.');
    expect(willDo({ ...report, new: 0, changed: 0, duplicate: 0 }, ['row', 'rows'])).toBe('Nothing would change; 1 line is left out.');
    expect(willDo({ new: 0, changed: 0, duplicate: 0, broken: 0 }, ['row', 'rows'])).toBe('Nothing would change.');
  });

  it('says what was done', () => {
    expect(didDo(report, ['row', 'rows'])).toBe('2 rows added, 1 row changed');
    expect(didDo({ ...report, new: 0, changed: 0 }, ['row', 'rows'])).toBeNull();
  });

  it('shows first what has to be looked at', () => {
    const rows = [row(1, 'same'), row(2, 'new'), row(3, 'broken'), row(4, 'new', ['The number is of another country.'])];
    expect(inOrder(rows).map((it) => it.line)).toEqual([3, 4, 2, 1]);
  });
});
