import { describe, expect, it } from 'vitest';
import type { TryNote, TryReply } from '../../../ipc';
import { inOrder } from './trial.svelte';
import { costLine, delayLine, HOUR, MINUTE, quickInputs, spanWords } from './words';

function reply(rest: Partial<TryReply> = {}): TryReply {
  return {
    text: 'Hello', pictures: [], altText: null, node: null, at: 0, delayMs: 0, segments: 1, encoding: 'gsm7',
    costly: null, splitAt: [], continues: false, carrierWords: [], ...rest,
  };
}

describe('what a text costs', () => {
  it('says how many parts there are, and what makes them small', () => {
    expect(costLine(reply())).toBe('1 part');
    expect(costLine(reply({ segments: 3 }))).toBe('3 parts');
    expect(costLine(reply({ costly: '😀' }))).toBe('1 part: “😀” makes each hold 70 characters');
    expect(costLine(reply({ segments: 2, costly: 'ç' }))).toBe('2 parts: “ç” makes each hold 67 characters');
  });

  it('says when it leaves, if not at once', () => {
    expect(delayLine(reply())).toBeNull();
    expect(delayLine(reply({ delayMs: 3_000 }))).toBe('leaves about 3 s after the one before');
  });
});

describe('odd inputs', () => {
  it('answers the last text with a tapback, and has one of more than one message', () => {
    const inputs = quickInputs('Which one?\n1: This');
    expect(inputs.map((it) => it.text)).toContain('Liked “Which one?”');
    expect(Math.max(...inputs.map((it) => it.text.length))).toBeGreaterThan(1_530);
    expect(Math.max(...inputs.map((it) => it.text.length))).toBeLessThanOrEqual(1_600);
  });
});

describe('spans of the clock', () => {
  it('are read as people say them', () => {
    expect(spanWords(30_000)).toBe('30 s');
    expect(spanWords(10 * MINUTE)).toBe('10 min');
    expect(spanWords(2 * HOUR)).toBe('2 h');
    expect(spanWords(90 * MINUTE)).toBe('1 h 30 min');
  });
});

describe('texts and notes', () => {
  it('stand in the order in which they came', () => {
    const note = (after: number, text: string): TryNote => ({ after, text, warns: false });
    const shown = inOrder([reply({ text: 'a' }), reply({ text: 'b' })], [note(0, 'before'), note(1, 'between'), note(2, 'after')]);
    expect(shown.map((it) => (it.kind === 'reply' ? it.reply.text : it.kind === 'note' ? it.text : ''))).toEqual(['before', 'a', 'between', 'b', 'after']);
  });
});
