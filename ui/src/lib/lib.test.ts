import { describe, expect, it, vi } from 'vitest';
import { canFetchAgain, choiceOf, daysOf, daysWords, stateWords } from './backfill';
import { coalesce } from './coalesce';
import { hueOf, initialsOf, lineName } from './people';
import { dayHeader, daysBetween, rowTime } from './time';
import { glanceOf, previewWords } from './pictures';
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
  it('are named from the first to the last, and one day once', () => {
    expect(daysWords({ first: '2026-06-10', last: '2026-06-10' })).not.toMatch(/–/);
    expect(daysWords({ first: '2026-06-01', last: '2026-06-10' })).toMatch(/1.* – .*10/);
  });

  it('say how much is here and why not all of it', () => {
    expect(stateWords({ state: 'complete', why: null })).toBe('Complete');
    expect(stateWords({ state: 'partly', why: 'deletedHere' })).toBe('Partly here: deleted here for its age');
    expect(stateWords({ state: 'notHere', why: 'goneAtCarrier' })).toBe('Not here: Twilio no longer has it');
  });

  it('are fetched again only where that can bring something', () => {
    expect(canFetchAgain({ why: 'notFetched' })).toBe(true);
    expect(canFetchAgain({ why: 'goneAtCarrier' })).toBe(false);
    expect(canFetchAgain({ why: null })).toBe(false);
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

describe('what a list says of the newest text', () => {
  it('tells texts that were deleted for their age from words that were removed', () => {
    const row = { preview: '', previewHasMedia: false, previewPictures: null, textsDeleted: false };
    expect(previewWords({ ...row, preview: 'Hello' })).toBe('Hello');
    expect(previewWords({ ...row, previewHasMedia: true })).toBe('Picture');
    expect(previewWords(row)).toBe('No words');
    expect(previewWords({ ...row, textsDeleted: true })).toBe('Older texts were deleted');
  });

  const medium = { id: 'one', state: 'image' as const, contentType: 'image/png', note: null };
  it('shows a picture that is here, and says how many there are', () => {
    expect(glanceOf({ shown: medium, count: 1 })).toMatchObject({ id: 'one', words: 'Picture', more: 0 });
    expect(glanceOf({ shown: medium, count: 3 })).toMatchObject({ id: 'one', words: '3 pictures', more: 2 });
  });

  it('says in the place of a picture why there is none', () => {
    const told = (state: 'pending' | 'remote' | 'file' | 'unavailable', note: string | null = null) => glanceOf({ shown: { ...medium, state, note }, count: 1 });
    expect(told('pending')).toMatchObject({ id: null, sign: 'picture', words: 'Picture on its way' });
    expect(told('remote').words).toBe('Picture still at Twilio');
    expect(told('file')).toMatchObject({ id: null, sign: 'file' });
    expect(told('unavailable', 'It is too large.')).toMatchObject({ id: null, sign: 'refused', words: 'Picture not shown', reason: 'It is too large.' });
    expect(told('file', 'It is damaged.').sign).toBe('refused');
    expect(glanceOf({ shown: { ...medium, state: 'remote' }, count: 2 }).words).toBe('Picture still at Twilio, and 1 more');
    const row = { preview: '', previewHasMedia: true, textsDeleted: false, previewPictures: { shown: { ...medium, contentType: 'application/pdf', state: 'file' as const }, count: 1 } };
    expect(previewWords(row)).toBe('A PDF document');
  });
});
