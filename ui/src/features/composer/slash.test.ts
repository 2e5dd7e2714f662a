import { describe, expect, it } from 'vitest';
import { findEntries, fit, insertReply, slashQuery, type SlashEntry } from './slash';

const entry = (shortName: string, title: string, text = ''): SlashEntry => ({
  id: shortName,
  kind: text === '' ? 'action' : 'reply',
  shortName,
  title,
  text,
  segments: text === '' ? 0 : 1,
});

describe('H-8: the slash', () => {
  it('opens the picker at a word’s start only', () => {
    expect(slashQuery('/', 1)).toEqual({ start: 0, end: 1, query: '' });
    expect(slashQuery('Hi /he', 6)).toEqual({ start: 3, end: 6, query: 'he' });
    expect(slashQuery('Hi\n/he there', 6)).toEqual({ start: 3, end: 6, query: 'he' });
    for (const text of ['and/or', 'https://x', '24/7', 'no slash', '/a\nb', '/ a', '//']) {
      expect(slashQuery(text, text.length), text).toBeNull();
    }
  });

  it('puts a reply where it was asked for and the caret behind it', () => {
    const query = slashQuery('Hi /he there', 6)!;
    expect(insertReply('Hi /he there', query, 'HELLO')).toEqual({ text: 'Hi HELLO there', start: 8, end: 8 });
    expect(insertReply('/xthere', slashQuery('/xthere', 2)!, 'A')).toEqual({ text: 'A there', start: 1, end: 1 });
  });

  it('selects the first blank, to be typed over', () => {
    const inserted = insertReply('/d', slashQuery('/d', 2)!, 'Order {{order number}}?');
    expect(inserted.text.slice(inserted.start, inserted.end)).toBe('{{order number}}');
  });
});

describe('H-8: finding', () => {
  const entries = [entry('hello', 'Greeting', 'Hi there'), entry('photo', 'Ask for a picture', 'Could you send a photo'), entry('hold', 'Put on hold'), entry('help', 'Ask a supervisor')];

  it('prefers a name’s beginning, then words of the title, then the text', () => {
    expect(findEntries(entries, 'he').map((it) => it.id)).toEqual(['hello', 'help']);
    expect(findEntries(entries, 'ask').map((it) => it.id)).toEqual(['photo', 'help']);
    expect(findEntries(entries, 'could you').map((it) => it.id)).toEqual(['photo']);
    expect(findEntries(entries, '').length).toBe(4);
    expect(findEntries(entries, 'zzz')).toEqual([]);
  });

  it('forgives letters that were left out', () => {
    expect(fit('greeting', 'grtg')).toBe(4);
    expect(fit('hello', 'hlo')).toBe(4);
    expect(fit('hello', 'oh')).toBeNull();
  });
});
