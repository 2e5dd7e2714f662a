import { describe, expect, it, vi } from 'vitest';
import { FakeBackend } from '../../ipc/fake';
import { ActivityStore } from './activity.svelte';
import { addDays, boundsOf, dayWords, levelOf, monthsOf, weeksOf, yearUntil } from './calendar';
import { withoutDay } from './groups';

describe('the calendar of the heat-map', () => {
  it('is a year of whole weeks that ends on its last day', () => {
    const year = yearUntil('2026-03-18');
    expect(year).toEqual({ first: '2025-03-17', last: '2026-03-18' });
    const weeks = weeksOf(year);
    expect(weeks.length).toBe(53);
    expect(weeks[0]?.[0]).toBe('2025-03-17');
    expect(weeks[52]).toEqual(['2026-03-16', '2026-03-17', '2026-03-18', null, null, null, null]);
    expect(weeks.flat().filter(Boolean).length).toBe(new Set(weeks.flat().filter(Boolean)).size);
  });

  it('steps over days on which clocks change', () => {
    for (let day = '2025-01-01', steps = 0; steps < 800; steps += 1) {
      const next = addDays(day, 1);
      expect(next > day).toBe(true);
      expect(addDays(next, -1)).toBe(day);
      day = next;
    }
  });

  it('names each month once, where it begins', () => {
    const months = monthsOf(weeksOf(yearUntil('2026-03-18')));
    const named = months.filter((it) => it !== '');
    expect(named.slice(0, 3)).toEqual(['Mar', 'Apr', 'May']);
    expect(named.at(-1)).toBe('Mar');
    expect(named.length).toBe(13);
    // A week of a month has no room for its name.
    expect(monthsOf(weeksOf(yearUntil('2026-03-31')))[0]).toBe('');
  });

  it('has as many days in each level, however busy one of them was', () => {
    const counts = [...Array.from({ length: 8 }, (_, index) => index + 1), 10_000];
    const bounds = boundsOf(counts);
    expect(levelOf(0, bounds)).toBe(0);
    expect(levelOf(1, bounds)).toBe(1);
    expect(levelOf(10_000, bounds)).toBe(4);
    expect(new Set(counts.map((count) => levelOf(count, bounds))).size).toBe(4);
    expect(levelOf(3, boundsOf([3, 3, 3]))).toBe(4);
    expect(boundsOf([0, 0])).toEqual([]);
  });

  it('says a day in words', () => {
    expect(dayWords('2026-03-18')).toContain('Wednesday');
  });

  it('goes back by years that meet, and not beyond today', async () => {
    const store = new ActivityStore(new FakeBackend('practice', { now: () => Date.now(), later: () => undefined }));
    await store.load('');
    await vi.waitFor(() => expect(store.answered).toBe(''));
    expect(store.isNewest).toBe(true);
    const { first } = store.year;
    await store.move(-1, '');
    expect(addDays(store.year.last, 1)).toBe(first);
    expect(store.isNewest).toBe(false);
    await store.move(1, '');
    await store.move(1, '');
    expect(store.isNewest).toBe(true);
  });

  it('begins with the year in which the newest hit is', async () => {
    const store = new ActivityStore(new FakeBackend('practice', { now: () => Date.now(), later: () => undefined }));
    const { first } = store.year;
    await store.begin('saddle', addDays(first, -400));
    expect(store.year.first <= addDays(first, -400) && addDays(first, -400) <= store.year.last).toBe(true);
    expect(store.isNewest).toBe(false);
    await store.begin('saddle', addDays(first, 1));
    expect(store.year.first).toBe(first);
  });

  it('takes the day out of what was typed', () => {
    expect(withoutDay('umbrella on:2026-03-18 red')).toBe('umbrella red');
    expect(withoutDay('on:"3 mar" umbrella')).toBe('umbrella');
    expect(withoutDay('upon:x on:')).toBe('upon:x');
  });
});
