import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../ipc';
import { layOut, splitLinks } from './layout';

const NOON = new Date(2026, 5, 10, 12).getTime();
const MINUTE = 60_000;

function message(position: number, at: number, direction: 'inbound' | 'outbound' = 'inbound'): MessageView {
  return {
    position,
    id: `id-${position}`,
    direction,
    body: 'Hello',
    at,
    media: [],
    delivery: { mark: direction === 'inbound' ? 'received' : 'delivered', words: '', heldUntil: null, askFrom: null, problem: null },
    segments: 1,
    author: direction === 'outbound' ? 'Robin' : null,
    authorKind: direction === 'outbound' ? 'agent' : null,
    imported: false,
    redacted: false,
    masked: [],
    removal: null,
  };
}

describe('a laid out thread', () => {
  it('starts a day above the first text of each calendar day', () => {
    const laid = layOut([message(1, NOON - 24 * 60 * MINUTE), message(2, NOON), message(3, NOON + MINUTE)], null);
    expect(laid.map((it) => it.startsDay)).toEqual([true, true, false]);
  });

  it('groups what one writer says within five minutes', () => {
    const laid = layOut([message(1, NOON), message(2, NOON + MINUTE), message(3, NOON + 9 * MINUTE), message(4, NOON + 9 * MINUTE, 'outbound')], null);
    expect(laid.map((it) => it.startsGroup)).toEqual([true, false, true, true]);
    expect(laid.map((it) => it.endsGroup)).toEqual([false, true, true, true]);
  });

  it('puts the unread divider above the first unread text, once', () => {
    const laid = layOut([message(1, NOON), message(2, NOON + MINUTE), message(3, NOON + MINUTE)], 2);
    expect(laid.map((it) => it.unreadAbove)).toEqual([false, true, false]);
    expect(laid[0]?.endsGroup).toBe(true);
  });

  it('says how each text fared where a group does not fare alike', () => {
    const first = message(1, NOON, 'outbound');
    const second = { ...message(2, NOON, 'outbound'), delivery: { ...first.delivery, mark: 'sent' as const } };
    expect(layOut([first, second], null).map((it) => it.showsDelivery)).toEqual([true, true]);
  });
});

describe('a failed text', () => {
  const failed = (position: number): MessageView => {
    const text = message(position, NOON + position, 'outbound');
    return { ...text, delivery: { ...text.delivery, mark: 'failed' } };
  };

  it('is not offered to be sent again once the same words were', () => {
    expect(layOut([failed(1), failed(2), message(3, NOON + 3, 'outbound')], null).map((it) => it.sentAgain)).toEqual([true, true, false]);
    expect(layOut([failed(1), message(2, NOON + 2)], null).map((it) => it.sentAgain)).toEqual([false, false]);
    expect(layOut([failed(1), { ...message(2, NOON + 2, 'outbound'), body: 'Other' }], null)[0]?.sentAgain).toBe(false);
  });
});

describe('web addresses in a text', () => {
  it('are found without the punctuation behind them', () => {
    expect(splitLinks('See www.example.org/care, please.')).toEqual([
      { text: 'See ', link: false },
      { text: 'www.example.org/care', link: true },
      { text: ', please.', link: false },
    ]);
  });

  it('stay plain text, with markup untouched', () => {
    expect(splitLinks('<b>no</b> javascript:alert(1)')).toEqual([{ text: '<b>no</b> javascript:alert(1)', link: false }]);
  });
});
