import { describe, expect, it, vi } from 'vitest';
import type { BackfillProgress } from '../ipc';
import { choiceOf, completeWords, daysOf } from './backfill';
import { coalesce } from './coalesce';
import { hueOf, initialsOf, lineName } from './people';
import { dayHeader, daysBetween, rowTime } from './time';
import { bytes, counted } from './words';

const NOON = new Date(2026, 5, 10, 12).getTime();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('times', () => {
  it('are as short as a row needs', () => {
    expect(rowTime(NOON - 20_000, NOON)).toBe('now');
    expect(rowTime(NOON - 12 * 60_000, NOON)).toBe('12 min');
    expect(rowTime(NOON - 400 * DAY, NOON)).toMatch(/2025/);
  });

  it('name today and yesterday by the calendar, not by hours', () => {
    const justAfterMidnight = new Date(2026, 5, 10, 0, 5).getTime();
    expect(daysBetween(justAfterMidnight - 10 * 60_000, justAfterMidnight)).toBe(1);
    expect(dayHeader(justAfterMidnight - 10 * 60_000, justAfterMidnight)).toBe('Yesterday');
    expect(dayHeader(justAfterMidnight, NOON)).toBe('Today');
  });
});

describe('which days of the past are here', () => {
  const progress = (kind: 'running' | 'finished' | 'cancelled', daysBack: number | null, goal: number | null): BackfillProgress => ({
    state: { kind },
    fetched: 0,
    reached: daysBack === null ? null : NOON - daysBack * DAY,
    until: goal === null ? null : NOON - goal * DAY,
    perMinute: null,
    left: null,
  });

  it('leave the day out that the walk stands in', () => {
    expect(completeWords(progress('cancelled', 10, 90), NOON)).toMatch(/^Every day from .*\b1\b.* on is complete; older ones are not here\.$/);
    expect(completeWords(progress('running', 10, null), NOON)).toMatch(/still being fetched/);
    expect(completeWords(progress('running', 0, null), NOON)).toBe('No day before today is complete yet.');
    expect(completeWords(progress('running', null, null), NOON)).toMatch(/^No day/);
  });

  it('are those of the wish, or all that there are, once it is fulfilled', () => {
    expect(completeWords(progress('finished', 20, 90), NOON)).toMatch(/^Every day from/);
    expect(completeWords(progress('finished', 300, null), NOON)).toBe('Everything that Twilio still has is here.');
  });
});

describe('people', () => {
  it('have initials, and numbers have none', () => {
    expect(initialsOf('Maya Okafor')).toBe('MO');
    expect(initialsOf('Élodie')).toBe('É');
    expect(initialsOf('+1 312 555 0119')).toBe('');
  });

  it('see a number of the team once, unless somebody named it', () => {
    expect(lineName({ name: '(415) 555-0100', display: '+1 415-555-0100' })).toBe('+1 415-555-0100');
    expect(lineName({ name: 'Workshop', display: '+1 415-555-0100' })).toBe('Workshop · +1 415-555-0100');
  });

  it('keep their colour', () => {
    expect(hueOf('+12065550142')).toBe(hueOf('+12065550142'));
    expect(hueOf('+12065550142')).toBeLessThan(360);
  });
});

describe('words', () => {
  it('count and measure', () => {
    expect(counted(1, 'part', 'parts')).toBe('1 part');
    expect(counted(2, 'part', 'parts')).toBe('2 parts');
    expect(bytes(84_213_760)).toBe('84 MB');
    expect(bytes(900)).toBe('900 bytes');
  });

  it('go from a choice of history to days and back', () => {
    expect(daysOf('everything')).toBeNull();
    expect(choiceOf(null)).toBe('everything');
    expect(choiceOf(90)).toBe('quarter');
  });
});

describe('a coalesced job', () => {
  it('runs once more for everything that came while it ran', async () => {
    const gates: (() => void)[] = [];
    const run = vi.fn(() => new Promise<void>((resolve) => gates.push(resolve)));
    const request = coalesce(run);
    const first = request();
    void request();
    void request();
    expect(run).toHaveBeenCalledTimes(1);
    gates.shift()?.();
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2));
    gates.shift()?.();
    await first;
    expect(run).toHaveBeenCalledTimes(2);
  });
});
