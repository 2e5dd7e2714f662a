import { describe, expect, it } from 'vitest';
import { FakeBackend } from '../../ipc/fake';
import { csv } from './csv';
import { InsightsStore } from './insights.svelte';
import { daysBefore, isPeriod, periodOf } from './period';
import { AGENT_FIELDS, sheetOf } from './people';
import { failures, hoursSummary, spreads, topics, volume } from './shape';
import { change, duration, share, shareChange, tickDuration, ticks } from './words';

const NOW = Date.parse('2026-03-15T12:00:00');

describe('figures in words', () => {
  it('tells durations in their two largest units', () => {
    expect([0, 45_000, 130_000, 11_100_000, 187_200_000].map(duration)).toEqual(['0 s', '45 s', '2 min 10 s', '3 h 5 min', '2 days 4 h']);
    expect(duration(null)).toBe('–');
    expect([0, 30_000, 120_000, 5_400_000, 259_200_000].map(tickDuration)).toEqual(['0', '30 s', '2 min', '1.5 h', '3 d']);
  });

  it('tells a change in words and not by its sign alone', () => {
    expect(change(120, 100, 'more', 'fewer')).toBe('20% more than before');
    expect(change(90, 100, 'longer', 'shorter')).toBe('10% shorter than before');
    expect(change(5, 5, 'more', 'fewer')).toBe('as before');
    expect(change(5, 0, 'more', 'fewer')).toBe('none before');
    expect(change(5, null, 'more', 'fewer')).toBe('none before');
    expect(change(null, 5, 'more', 'fewer')).toBe('');
    expect(shareChange([81, 100], [78, 100])).toBe('3 points more than before');
    expect(shareChange([1, 100], [2, 100])).toBe('1 point less than before');
    expect(shareChange([0, 0], [2, 100])).toBe('');
    expect(share(0, 0)).toBe('–');
  });

  it('has round ticks from zero to beyond the highest', () => {
    expect(ticks(87, false)).toEqual([0, 50, 100]);
    expect(ticks(0, false)).toEqual([0, 1]);
    expect(ticks(10 * 60_000, true).map(tickDuration)).toEqual(['0', '5 min', '10 min']);
    for (const most of [1, 3, 7, 19, 480, 99_999]) {
      const found = ticks(most, false);
      expect(found.at(-1)).toBeGreaterThanOrEqual(most);
      expect(found.length).toBeLessThanOrEqual(6);
    }
  });
});

describe('periods', () => {
  it('end today and have their length', () => {
    expect(periodOf('month', NOW)).toEqual({ first: '2026-02-16', last: '2026-03-15' });
    expect(periodOf('today', NOW)).toEqual({ first: '2026-03-15', last: '2026-03-15' });
    expect(daysBefore('2026-03-30', 1)).toBe('2026-03-29');
  });

  it('are days in their order', () => {
    expect(isPeriod({ first: '2026-03-01', last: '2026-03-01' })).toBe(true);
    expect(isPeriod({ first: '2026-03-02', last: '2026-03-01' })).toBe(false);
    expect(isPeriod({ first: '', last: '2026-03-01' })).toBe(false);
  });
});

describe('tables as files', () => {
  it('are harmless in a spreadsheet, and keep numbers', () => {
    expect(csv({ head: ['a', 'b'], rows: [['=1+1', 2], ['a "b", c', null], ['-5', '@x']] })).toBe('a,b\r\n\'=1+1,2\r\n"a ""b"", c",\r\n-5,\'@x\r\n');
  });
});

describe('what charts show', () => {
  const ask = { period: { first: '2026-03-02', last: '2026-03-08', zone: 'UTC' }, filter: { queueId: null, agentId: null, number: null, channel: null }, compare: true };

  it('has a bar for each step, a table that says the same, and a sentence', async () => {
    const { step, current } = await new FakeBackend().call('insights', ask);
    const shape = volume(step, current);
    expect(shape.series.map((it) => it.name)).toEqual(['Received', 'Agents', 'Virtual agent']);
    expect(shape.columns).toHaveLength(7);
    expect(shape.sheet.rows.map((row) => row[1])).toEqual(shape.columns.map((it) => it.values[0]));
    expect(shape.summary).toMatch(/^Texts: .* received.*Most on .*\.$/);
    const response = spreads(step, current, (it) => it.firstResponse, { type: 'answered' });
    expect(response.columns.every((it) => it.reach === null || it.reach >= (it.values[0] ?? 0))).toBe(true);
    expect(response.summary).toBe(`Half within 3 min, nine of ten within 9 min, over ${current.conversations.began} conversations.`);
    expect(topics(current)[0]).toMatchObject({ words: '22 of 120', hint: '70% finished without a person' });
    expect(failures(current)[0]?.hint).toMatch(/^Code 30003\. /);
    expect(hoursSummary(current.hours)).toMatch(/^Most texts come on /);
    expect(sheetOf('Agent', AGENT_FIELDS, current.agents).rows[0]?.slice(0, 4)).toEqual(['Mara Lindqvist', 96, 410, 180]);
  });

  it('says so where there is nothing', async () => {
    const { step, current } = await new FakeBackend('empty').call('insights', ask);
    expect(volume(step, current).summary).toBe('No texts in this period.');
    expect(hoursSummary(current.hours)).toBe('No texts came in.');
  });
});

describe('asking', () => {
  it('lets the newest answer win and adds pages of what is behind', async () => {
    const store = new InsightsStore(new FakeBackend(), NOW);
    store.period = 'week';
    const first = store.load();
    store.period = 'today';
    await Promise.all([store.load(), first]);
    expect(store.insights?.current.steps).toHaveLength(1);
    store.pick('Texts', { type: 'received' });
    await Promise.resolve();
    await store.more();
    expect(store.behind.length).toBeGreaterThan(0);
    store.period = 'custom';
    store.custom = { first: '', last: '' };
    expect(store.days(NOW)).toBeNull();
  });

  it('puts away what somebody else was shown', async () => {
    const store = new InsightsStore(new FakeBackend(), NOW);
    store.filter = { ...store.filter, agentId: 'somebody' };
    await store.load();
    store.pick('Texts', { type: 'received' });
    const refused = new FakeBackend();
    refused.call = () => Promise.reject(Object.assign(new Error('refused'), { code: 'notAllowed', message: 'Only a supervisor.', remedy: '', carrierCode: null, requestId: null }));
    const later = new InsightsStore(refused, NOW);
    [later.insights, later.picked, later.filter] = [store.insights, store.picked, store.filter];
    await later.load();
    expect([later.insights, later.picked, later.filter.agentId, later.error?.code]).toEqual([null, null, null, 'notAllowed']);
  });
});
