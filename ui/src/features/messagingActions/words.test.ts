import { describe, expect, it } from 'vitest';
import type { MessagingActionDraft } from '../../ipc';
import { sentence, unitOf, waitWords } from './words';

const action: MessagingActionDraft = {
  id: 'a',
  name: 'A',
  event: 'customerWaits',
  afterMinutes: 30,
  active: true,
  filter: 'true',
  act: { kind: 'promptAgent', text: 'Look' },
};

describe('a messaging action in words', () => {
  it('says a wait in the largest whole unit', () => {
    expect([1, 90, 120, 2880].map(waitWords)).toEqual(['1 minute', '90 minutes', '2 hours', '2 days']);
    expect(unitOf(0)).toBe('minutes');
  });

  it('is one sentence', () => {
    expect(sentence(action)).toBe('When a customer has waited 30 minutes for an answer, remind the team.');
    expect(sentence({ ...action, event: 'teamWaits', afterMinutes: 2880, filter: 'pinned', act: { kind: 'setState', state: 'closedAbandoned' } })).toBe(
      'When a customer has not answered for 2 days, and the condition holds, close the conversation as “Abandoned”.',
    );
  });
});
