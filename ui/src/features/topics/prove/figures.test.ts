import { describe, expect, it } from 'vitest';
import type { NodeFigures } from '../../../ipc';
import { figureMarks, nodeWords, ofStarted, optionWords, shareOf, waysOf } from './figures';

function node(id: string, reached: number, rest: Partial<NodeFigures> = {}): NodeFigures {
  return { node: id, reached, abandoned: 0, rejected: 0, handedOver: 0, failed: 0, options: [], ...rest };
}

const NODES = [
  { id: 'ask', kind: 'askChoice', choices: [{ next: 'a' }, { next: 'b' }, {}], next: 'end' },
  { id: 'a', kind: 'sayText', next: 'end' },
  { id: 'b', kind: 'lookUp', next: 'end', notFound: 'nowhere' },
  { id: 'end', kind: 'end' },
];

describe('figures on the canvas', () => {
  const ways = waysOf(NODES);

  it('knows the ways between steps, and none to a step that is not there', () => {
    expect(ways).toEqual([
      { from: 'ask', to: 'end' },
      { from: 'ask', to: 'a' },
      { from: 'ask', to: 'b' },
      { from: 'a', to: 'end' },
      { from: 'b', to: 'end' },
    ]);
  });

  it('tells the share of an option only where nothing else leads there', () => {
    const nodes = new Map([node('ask', 40), node('a', 30), node('b', 10), node('end', 20)].map((it) => [it.node, it]));
    expect(shareOf({ from: 'ask', to: 'a' }, ways, nodes, 'ask')).toBe(0.75);
    expect(shareOf({ from: 'ask', to: 'end' }, ways, nodes, 'ask')).toBeNull();
    expect(shareOf({ from: 'a', to: 'end' }, ways, nodes, 'ask')).toBeNull();
  });

  it('says how many came, how many left and how many went to a person', () => {
    expect(nodeWords(node('a', 30, { handedOver: 1 }), 0.75)).toBe('30 · 75 % · 1 to a person');
    expect(nodeWords(node('a', 30), null)).toBe('30');
    const figures = { versions: [1], started: 40, completed: 0, abandoned: 0, handedOver: 0, failed: 1, averageTurns: 2, nodes: [node('ask', 40, { abandoned: 4 }), node('a', 30, { failed: 1 })] };
    expect(figureMarks(figures, ways, 'ask').get('ask')).toEqual({ count: '40', loss: '4 left' });
    expect(figureMarks(figures, ways, 'ask').get('a')).toEqual({ count: '30 · 75 %', failed: true });
  });

  it('has shares of nothing where nothing began', () => {
    expect(ofStarted(0, 0)).toBe('0');
    expect(ofStarted(9, 10)).toBe('9 (90 %)');
  });

  it('tells the exact shares of the options of a question', () => {
    const options = [
      { option: 'small', picked: 3 },
      { option: 'large', picked: 1 },
    ];
    expect(optionWords({ options })).toBe('small 75 % · large 25 %');
  });
});
