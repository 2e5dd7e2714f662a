import { describe, expect, it } from 'vitest';
import type { ImportReport } from '../../ipc';
import { emptyFields, fieldsOf } from './people.svelte';
import { didDo, willDo } from './words';

const report: ImportReport = {
  format: 'CSV', encoding: 'UTF-8', ignoredColumns: [], rows: [],
  new: 2, changed: 1, same: 4, duplicate: 1, broken: 1, applied: false, undo: null,
};

describe('what an import says', () => {
  it('names what it will do and how many rows it leaves out', () => {
    expect(willDo(report)).toBe('This will add 2 people and change 1 person; 2 rows are left out.');
    expect(willDo({ ...report, new: 0, changed: 0, duplicate: 0 })).toBe('Nothing would change; 1 row is left out.');
    expect(didDo(report)).toBe('2 people added, 1 person changed');
    expect(didDo({ ...report, new: 0, changed: 0 })).toBe('Everybody was known already');
  });
});

describe('the fields of a person', () => {
  it('are the numbers as they are read, and a user by default', () => {
    const person = {
      id: 'p', kind: 'contact', name: 'Jane', mobilePhone: '+14155552671', mobileDisplay: '+1 415-555-2671',
      phone: '', phoneDisplay: '', roles: ['vip'], email: '', territory: 'US', notes: '', account: 'Example',
    } as const;
    expect(fieldsOf({ ...person, roles: ['vip'] }).mobilePhone).toBe('+1 415-555-2671');
    expect(emptyFields().kind).toBe('user');
  });
});
