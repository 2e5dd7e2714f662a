import { describe, expect, it } from 'vitest';
import { ApiError } from '../backend';
import { FakeBackend } from '.';
import { measureText } from './measure';

const NOW = Date.UTC(2026, 5, 10, 15);

/** A clock that only moves when it is told to. */
function stepped() {
  const waiting: { at: number; act: () => void }[] = [];
  let at = NOW;
  return {
    now: () => at,
    later: (milliseconds: number, act: () => void) => void waiting.push({ at: at + milliseconds, act }),
    advance(milliseconds: number) {
      const until = at + milliseconds;
      for (;;) {
        waiting.sort((a, b) => a.at - b.at);
        const next = waiting[0];
        if (!next || next.at > until) break;
        waiting.shift();
        at = next.at;
        next.act();
      }
      at = until;
    },
  };
}

describe('the fake', () => {
  it('builds the same world twice', () => {
    const one = new FakeBackend('desk', { now: () => NOW });
    const two = new FakeBackend('desk', { now: () => NOW });
    expect([...one.world.conversations.values()].map((it) => it.row)).toEqual([...two.world.conversations.values()].map((it) => it.row));
  });

  it('brings a text from a handset to the inbox and the answer back to the handset', async () => {
    const clock = stepped();
    const backend = new FakeBackend('practice', clock);
    const handset = await backend.call('practice_add_handset', { name: 'Wren' });
    await backend.call('practice_text', { from: handset.number, to: '+18335550100', body: 'Hi', pictures: [] });
    const page = await backend.call('list_conversations', { list: 'new', after: null, limit: 10 });
    expect(page.rows[0]?.preview).toBe('Hi');
    const conversationId = page.rows[0]?.id ?? 0;
    const message = await backend.call('send_message', { conversationId, messageId: 'm-1', body: 'Hello!', joins: false });
    expect(message.delivery.mark).toBe('held');
    clock.advance(10_000);
    const texts = await backend.call('practice_texts', { number: handset.number });
    expect(texts.map((it) => [it.received, it.body])).toEqual([
      [false, 'Hi'],
      [true, 'Hello!'],
    ]);
  });

  it('holds texts while the network is off and sends them once afterwards', async () => {
    const clock = stepped();
    const backend = new FakeBackend('practice', clock);
    await backend.call('practice_set_conditions', { networkOff: true, deliveryFailure: null, loseNextAnswer: false });
    const send = { conversationId: 1, messageId: 'm-2', body: 'Later', joins: false };
    await backend.call('send_message', send);
    await backend.call('send_message', send);
    clock.advance(10_000);
    const find = async () =>
      (await backend.call('list_messages', { conversationId: 1, anchor: { kind: 'latest' }, limit: 50 })).messages.filter((it) => it.id === 'm-2');
    expect((await find()).map((it) => it.delivery.mark)).toEqual(['waiting']);
    await backend.call('practice_set_conditions', { networkOff: false, deliveryFailure: null, loseNextAnswer: false });
    clock.advance(5_000);
    expect((await find()).map((it) => it.delivery.mark)).toEqual(['delivered']);
  });

  it('refuses with words', async () => {
    const backend = new FakeBackend('locked', { now: () => NOW });
    await expect(backend.call('unlock', { passphrase: 'wrong' })).rejects.toBeInstanceOf(ApiError);
    await expect(backend.call('unlock', { passphrase: 'wrong' })).rejects.toMatchObject({ code: 'wrongKey' });
  });

  it('counts a text as the carrier does', () => {
    expect(measureText('x'.repeat(160))).toMatchObject({ segments: 1, leftInSegment: 0, encoding: 'gsm7' });
    expect(measureText('x'.repeat(161))).toMatchObject({ segments: 2, leftInSegment: 145 });
    expect(measureText('€')).toMatchObject({ characters: 2 });
    expect(measureText('é—')).toMatchObject({ encoding: 'ucs2', costly: { character: '—', offset: 1, replacement: '-' } });
    expect(measureText('x'.repeat(1_601)).overLimitBy).toBe(1);
  });
});
