import { describe, expect, it } from 'vitest';
import { wholeNumber } from '../../lib/numbers';
import { exceptionProblems, weekProblem } from './hours';
import { poolProblems } from './pools';
import { readSkills } from './skills';

describe('what is typed into the team’s forms', () => {
  it('reads skills with and without a level', () => {
    expect(readSkills(' billing 7,french,  two words 3 ,').skills).toEqual([
      { name: 'billing', level: 7 },
      { name: 'french', level: 5 },
      { name: 'two words', level: 3 },
    ]);
  });

  it.each([
    ['billing 50', 'from 1 to 10'],
    ['billing 0', 'from 1 to 10'],
    ['french, French 3', 'twice'],
  ])('says what is wrong with “%s”', (typed, words) => {
    expect(readSkills(typed).problem).toContain(words);
  });

  it.each(['', 'ten', '-1', '1.5', '0x10', '9999999999'])('takes “%s” for no whole number', (typed) => {
    expect(wholeNumber(typed, 0)).toBeNull();
  });

  it('Q-14: says which step of asking asks nobody, or together with another', () => {
    const step = (afterSeconds: number, groupIds: string[]) => ({ ruleId: null, groupIds, afterSeconds });
    expect(poolProblems([step(0, ['a']), step(60, ['b'])])).toEqual([null, null]);
    const [first, second, third] = poolProblems([step(0, ['a']), step(0, ['b']), step(60, [])]);
    expect(first).toBeNull();
    expect(second).toContain('same time');
    expect(third).toContain('Choose a group');
  });

  it('says which day that differs cannot be', () => {
    const day = (date: string, hours = '') => ({ date, hours });
    expect(exceptionProblems([day('2027-01-01'), day('2027-01-02', '9-12')])).toEqual([null, null]);
    expect(exceptionProblems([day(''), day('2027-01-01'), day('2027-01-01'), day('2027-01-03', '12-9')])).toEqual([
      'Choose the date.',
      null,
      'This date is there already.',
      '“12-9” ends before it begins.',
    ]);
    expect(weekProblem([[], []])).toContain('never be open');
  });
});
