import { describe, expect, it } from 'vitest';
import type { SkillUse } from '../../ipc';
import { wholeNumber } from '../../lib/numbers';
import { exceptionProblems, weekProblem } from './hours';
import { placeProblem, placesInWords, placesToSave, poolProblems } from './pools';
import { knownSkills, skillNote, skillProblems, whoHasAll } from './skills';

describe('what is typed into the team’s forms', () => {
  it('Q-22: says which skill has no name, or is there twice', () => {
    expect(skillProblems([{ name: 'French' }, { name: 'billing' }])).toEqual([null, null]);
    expect(skillProblems([{ name: 'French' }, { name: ' ' }, { name: 'french ' }])).toEqual([null, 'Name the skill, or remove it.', '“french” is there twice.']);
    expect(knownSkills([{ name: 'French' }, { name: '' }], [{ name: 'french' }, { name: 'Billing' }])).toEqual(['Billing', 'french']);
  });

  it('Q-22: says what comes of the skills of a queue', () => {
    const ana = { name: 'Ana', skills: [{ name: 'french', level: 8 }] };
    const ben = { name: 'Ben', skills: [{ name: 'French', level: 3 }] };
    const needs = [{ name: 'French', level: 5, mandatory: true }, { name: 'billing', level: 5, mandatory: false }];
    expect(whoHasAll(needs, [ana, ben])).toEqual(['Ana']);
    const rule = (skills: SkillUse) => [{ name: 'Most room', skills }];
    expect(skillNote([], rule('ignored'), [ana])).toBeNull();
    expect(skillNote(needs, [], [])).toContain('asks no group');
    expect(skillNote(needs, rule('ignored'), [ana])).toContain('“Most room” does not look at skills');
    expect(skillNote(needs, rule('preferred'), [ben])).toContain('asked first');
    expect(skillNote(needs, rule('required'), [ana, ben])).toBe('Asked for this: Ana.');
    expect(skillNote(needs, rule('required'), [ben])).toContain('Nobody who is asked');
  });

  it('Q-25: says in which order groups are asked, and what is no place', () => {
    const pools = [{ ruleId: null, groupIds: ['a', 'b'], afterSeconds: 0 }, { ruleId: null, groupIds: ['c'], afterSeconds: 60 }];
    const groups = ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id.toUpperCase() }));
    expect(placesInWords({}, pools, groups)).toBeNull();
    expect(placesInWords({ b: '50', d: '1' }, pools, groups)).toBe('First B, then A and C.');
    expect(placesToSave({ b: ' 50', c: '', d: '1' }, pools)).toEqual([{ groupId: 'b', order: 50 }]);
    expect(['', '7', '0', 'first'].map((typed) => placeProblem(typed) === null)).toEqual([true, true, false, false]);
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
