import { describe, expect, it } from 'vitest';
import type { TopicFile } from './file.gen';
import { addNode, connect, deleteNodes, edgesOf, freeId, nodeOf, renameNode, setIn, waysOf, type TopicNode } from './graph';

const node = (fields: Record<string, unknown>): TopicNode => fields as unknown as TopicNode;

const FILE = {
  format: 1,
  name: 'orders',
  displayName: 'Orders',
  start: 'ask',
  nodes: [
    { id: 'ask', kind: 'askChoice', variable: 'what', prompt: 'What?', choices: [{ label: 'A', value: 'a', next: 'say' }, { label: 'B', value: 'b', tint: 'blue' }], next: 'find', later: { kept: true } },
    { id: 'find', kind: 'lookUp', table: 'orders', matching: [], variable: 'order', notFound: 'say', next: 'test' },
    { id: 'test', kind: 'decide', branches: [{ name: 'Yes', when: 'true', next: 'say' }, { when: 'what == "b"' }] },
    { id: 'say', kind: 'sayText', text: 'Bye' },
  ],
  canvas: { ask: { x: 0, y: 0 }, say: { x: 600, y: 0 } },
} as unknown as TopicFile;

const edges = (file: TopicFile) => edgesOf(file).map((it) => `${it.id}>${it.to}`);

describe('the graph of a topic', () => {
  it('names every way out of a node, and where the file keeps it', () => {
    expect(waysOf(FILE.nodes[0]!).map((it) => [it.label, it.to])).toEqual([['A', 'say'], ['B', null], ['All others', 'find']]);
    expect(waysOf(FILE.nodes[2]!).map((it) => it.label)).toEqual(['Yes', 'what == "b"']);
    expect(waysOf(node({ id: 'x', kind: 'end' }))).toEqual([]);
    expect(waysOf(node({ id: 'x', kind: 'jump', topic: 't' }))).toEqual([]);
    expect(waysOf(node({ id: 'x', kind: 'jump', topic: 't', resume: true })).map((it) => it.label)).toEqual(['Afterwards']);
    expect(waysOf(node({ id: 'x', kind: 'kindOfTomorrow' })).map((it) => it.key)).toEqual(['next']);
  });

  it('connects, disconnects, and keeps what it does not know', () => {
    const joined = connect(FILE, 'ask', 'choice-1', 'find');
    expect(edges(joined)).toContain('ask/choice-1>find');
    const apart = connect(joined, 'ask', 'choice-1', null);
    expect(apart).toEqual(FILE);
    expect(nodeOf(joined, 'ask')?.['later']).toEqual({ kept: true });
    expect(setIn({ a: [{ b: 1 }] }, ['a', 0, 'b'], 2)).toEqual({ a: [{ b: 2 }] });
    expect(setIn({ a: 1, b: 2 }, ['a'], undefined)).toEqual({ b: 2 });
  });

  it('inserts a node on a way, which then goes on through it', () => {
    const { file, id } = addNode(FILE, node({ id: 'say', kind: 'sayText', text: 'New' }), { x: 1, y: 2 }, { from: 'ask', key: 'next' });
    expect(id).toBe('say_2');
    expect(edges(file)).toEqual(expect.arrayContaining(['ask/next>say_2', 'say_2/next>find']));
    expect(file.nodes.map((it) => it.id)).toEqual(['ask', 'say_2', 'find', 'test', 'say']);
    expect(file.canvas?.['say_2']).toEqual({ x: 1, y: 2 });
  });

  it('makes the first node of an empty topic its start', () => {
    const { file, id } = addNode({ ...FILE, nodes: [], start: '' }, node({ id: 'say', kind: 'sayText', text: '' }), { x: 0, y: 0 });
    expect(file.start).toBe(id);
  });

  it('closes the gap of a deleted node where it had one way on', () => {
    const { file } = addNode(FILE, node({ id: 'mid', kind: 'sayText', text: '' }), { x: 0, y: 0 }, { from: 'ask', key: 'next' });
    expect(edges(deleteNodes(file, new Set(['mid'])))).toEqual(edges(FILE));
    const without = deleteNodes(FILE, new Set(['find']));
    expect(edges(without)).not.toContain('ask/next>test');
    expect(nodeOf(without, 'ask')?.next).toBeUndefined();
    expect(deleteNodes(FILE, new Set(['say'])).canvas).toEqual({ ask: { x: 0, y: 0 } });
    expect(deleteNodes(FILE, new Set(['ask'])).start).toBe('find');
    expect(deleteNodes(FILE, new Set(FILE.nodes.map((it) => it.id))).start).toBe('');
  });

  it('renames a node together with everything that leads to it', () => {
    const renamed = renameNode(FILE, 'say', 'goodbye');
    expect(edges(renamed)).toEqual(expect.arrayContaining(['ask/choice-0>goodbye', 'find/none>goodbye', 'test/branch-0>goodbye']));
    expect(renamed.canvas?.['goodbye']).toEqual({ x: 600, y: 0 });
    expect(renameNode(FILE, 'ask', 'first').start).toBe('first');
  });

  it('finds ids that read like what they are', () => {
    expect(freeId('askText', [])).toBe('ask_text');
    expect(freeId('Ask for the number!', ['ask_for_the_number'])).toBe('ask_for_the_number_2');
    expect(freeId('…', ['step'])).toBe('step_2');
  });
});
