import { describe, expect, it } from 'vitest';
import { emptyFields, fieldsOf } from './people.svelte';

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
