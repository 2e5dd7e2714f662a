import { describe, expect, it } from 'vitest';
import type { JobView } from '../../ipc';
import { fractionOf, leftWords, outcomeWords, progressWords, quitWords, stoppedWords, stopsByQuitting, titleOf } from './words';

const job: JobView = {
  id: '1',
  kind: 'export',
  about: 'Maya Lindqvist',
  step: 'Writing texts',
  unit: 'texts',
  done: 1_200,
  total: 5_000,
  remainingMs: 120_000,
  startedAt: 0,
  canCancel: true,
  state: { kind: 'running' },
};

describe('a job in words', () => {
  it('says what it is about, how far it is and how long it takes', () => {
    expect(titleOf(job)).toBe('Export: Maya Lindqvist');
    expect(progressWords(job)).toBe('Writing texts: 1,200 of 5,000, about 2 minutes left');
    expect(fractionOf(job)).toBeCloseTo(0.24);
    expect(outcomeWords(job)).toBeNull();
  });

  it('claims nothing that nobody knows', () => {
    const vague: JobView = { ...job, step: 'Starting', done: 0, total: null, remainingMs: null };
    expect(progressWords(vague)).toBe('Starting');
    expect(fractionOf(vague)).toBeNull();
    expect(progressWords({ ...vague, step: 'Writing', unit: 'bytes', done: 2_500_000 })).toBe('Writing: 2.5 MB');
  });

  it('estimates roughly', () => {
    expect(leftWords(10_000)).toBe('under a minute left');
    expect(leftWords(62_000)).toBe('about 1 minute left');
    expect(leftWords(2 * 3_600_000)).toBe('about 2 hours left');
  });

  it('says what came of it', () => {
    expect(outcomeWords({ ...job, state: { kind: 'cancelled' } })).toBe('Export stopped');
  });

  it('asks about quitting by what runs, and tells nothing where nobody may know', () => {
    expect(quitWords(['import'], 1)).toBe('Quit while a file is imported?');
    expect(quitWords(['import', 'export'], 2)).toBe('Quit while 2 jobs are running?');
    expect(quitWords(null, 1)).toBe('Quit while a job is running?');
    expect(quitWords([], 0)).toBe('Quit now?');
    expect(stoppedWords('import')).toContain('taken out again');
    expect([job, { ...job, kind: 'retention' as const }, { ...job, state: { kind: 'cancelled' as const } }].map(stopsByQuitting)).toEqual([true, false, false]);
  });
});
