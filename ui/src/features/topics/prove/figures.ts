/** Figures of a topic on its canvas. */
import type { NodeFigures, TopicFigures } from '../../../ipc';
import { count } from '../../../lib/words';
import type { NodeMark } from '../try/draft';

/** Where a step can go. */
export interface Way {
  from: string;
  to: string;
}

/** What share of those who reached a step went a way: known where the way is the only one to its end. */
export function shareOf(way: Way, ways: readonly Way[], nodes: ReadonlyMap<string, NodeFigures>, start: string): number | null {
  const from = nodes.get(way.from)?.reached ?? 0;
  const isOnly = way.to !== start && ways.filter((it) => it.to === way.to).length === 1;
  const siblings = ways.filter((it) => it.from === way.from).length;
  if (from === 0 || !isOnly || siblings < 2) return null;
  return Math.min(1, (nodes.get(way.to)?.reached ?? 0) / from);
}

/** What a node on the canvas says: how many came, what share of those who had a choice, how many went on to a person. */
export function nodeWords(figures: NodeFigures, share: number | null): string {
  const words = [share === null ? count(figures.reached) : `${count(figures.reached)} · ${percent(share)}`];
  if (figures.handedOver > 0) words.push(`${count(figures.handedOver)} to a person`);
  return words.join(' · ');
}

/** Marks for every node that has figures. */
export function figureMarks(figures: TopicFigures, ways: readonly Way[], start: string): Map<string, NodeMark> {
  const nodes = new Map(figures.nodes.map((it) => [it.node, it]));
  const marks = new Map<string, NodeMark>();
  for (const node of figures.nodes) {
    const way = ways.find((it) => it.to === node.node);
    marks.set(node.node, {
      count: nodeWords(node, way ? shareOf(way, ways, nodes, start) : null),
      ...(node.abandoned > 0 && { loss: `${count(node.abandoned)} left` }),
      ...(node.failed > 0 && { failed: true }),
    });
  }
  return marks;
}

/** Options with their shares of all answers, the most popular first: `Small 75 % · Large 25 %`. */
export function optionWords(figures: Pick<NodeFigures, 'options'>): string {
  const all = figures.options.reduce((sum, it) => sum + it.picked, 0);
  return figures.options.map((it) => `${it.option} ${percent(it.picked / all)}`).join(' · ');
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `45 (90 %)`. */
export function ofStarted(amount: number, started: number): string {
  return started === 0 ? count(amount) : `${count(amount)} (${percent(amount / started)})`;
}

/** Every way of a topic's steps: whatever names another step. */
export function waysOf(nodes: readonly Readonly<Record<string, unknown>>[]): Way[] {
  const ids = new Set(nodes.map((it) => it['id']));
  const ways: Way[] = [];
  const seen = new Set<string>();
  for (const node of nodes) {
    for (const to of [...targets(node)].filter((it) => ids.has(it))) {
      const key = `${String(node['id'])}\n${to}`;
      if (seen.has(key)) continue;
      seen.add(key);
      ways.push({ from: String(node['id']), to });
    }
  }
  return ways;
}

const WAY_FIELDS = ['next', 'notFound', 'failed', 'noRecordsNext'];

function* targets(node: Readonly<Record<string, unknown>>): Generator<string> {
  for (const field of WAY_FIELDS) if (typeof node[field] === 'string') yield node[field];
  for (const list of ['choices', 'branches']) {
    const entries = node[list];
    if (!Array.isArray(entries)) continue;
    for (const entry of entries as Readonly<Record<string, unknown>>[]) if (typeof entry['next'] === 'string') yield entry['next'];
  }
}
