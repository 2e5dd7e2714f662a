import { describe, expect, it } from 'vitest';
import { changedTexts, pieces, stepLine } from './words';

describe('a changed text', () => {
  it('is shown word by word, and nothing of it is lost', () => {
    const found = pieces('We are open until 5 pm.\nSee you!', 'We are open until 6 pm.\nSee you!');
    expect(found.filter((it) => it.kind === 'gone').map((it) => it.text)).toEqual(['5']);
    expect(found.filter((it) => it.kind === 'new').map((it) => it.text)).toEqual(['6']);
    const without = (kind: string) => found.filter((it) => it.kind !== kind).map((it) => it.text).join('');
    expect(without('new')).toBe('We are open until 5 pm.\nSee you!');
    expect(without('gone')).toBe('We are open until 6 pm.\nSee you!');
  });

  it('has words that change together in one piece', () => {
    const found = pieces('I cannot find an order.', 'There is no order.');
    expect(found.map((it) => it.text)).toEqual(['I cannot find an ', 'There is no ', 'order.']);
  });

  it('can be missing on either side', () => {
    const found = changedTexts(['one'], ['one', 'two']);
    expect(found.map((it) => [it.before, it.after])).toEqual([['one', 'one'], [null, 'two']]);
    expect(found[1]?.pieces).toEqual([{ text: 'two', kind: 'new' }]);
    expect(changedTexts(['one'], [])[0]?.pieces).toEqual([{ text: 'one', kind: 'gone' }]);
  });
});

describe('a step', () => {
  it('is counted from one and told by what the customer had written', () => {
    const step = (input: string, said: boolean) => ({ afterMs: 0, input, said, replies: [] });
    const steps = [step('The topic starts.', false), step('A1\nplease', true), step('No row is found.', false)];
    expect(stepLine(0, steps)).toBe('Step 1');
    expect(stepLine(2, steps)).toBe('Step 3, after “A1”');
  });
});
