/** Steps on the clipboard: text that another topic, another window or an editor can take. */
import type { TopicFile } from './file.gen';
import { freeId, setIn, waysOf, type Place, type TopicNode } from './graph';

interface Steps {
  ternSteps: 1;
  nodes: TopicNode[];
  canvas: Record<string, Place>;
}

export function copySteps(file: TopicFile, ids: ReadonlySet<string>, places: ReadonlyMap<string, Place>): string {
  const nodes = file.nodes.filter((it) => ids.has(it.id));
  const canvas = Object.fromEntries(nodes.flatMap((it) => (places.has(it.id) ? [[it.id, places.get(it.id)]] : [])));
  return JSON.stringify({ ternSteps: 1, nodes, canvas }, null, 2);
}

function read(text: string): Steps | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || (value as Partial<Steps>).ternSteps !== 1) return null;
    const { nodes, canvas } = value as Partial<Steps>;
    const isGood = Array.isArray(nodes) && nodes.every((it) => typeof it === 'object' && it !== null && typeof it.id === 'string' && typeof it.kind === 'string');
    return isGood ? { ternSteps: 1, nodes, canvas: canvas ?? {} } : null;
  } catch {
    return null;
  }
}

/** The text holds steps. */
export function holdsSteps(text: string): boolean {
  return (read(text)?.nodes.length ?? 0) > 0;
}

export interface Pasted {
  file: TopicFile;
  ids: string[];
}

/**
 * Adds the steps of a text, with ids of their own, around a place. Ways among them are kept; ways to steps that did not come
 * along lead nowhere.
 */
export function pasteSteps(file: TopicFile, text: string, around: Place): Pasted | null {
  const steps = read(text);
  if (!steps || steps.nodes.length === 0) return null;
  const taken = file.nodes.map((it) => it.id);
  const renewed = new Map<string, string>();
  for (const node of steps.nodes) {
    const id = freeId(node.id.replace(/_\d+$/, ''), taken);
    taken.push(id);
    renewed.set(node.id, id);
  }
  const nodes = steps.nodes.map((node) => {
    const rewired = waysOf(node).reduce((changed, way) => (way.to === null ? changed : setIn(changed, way.path, renewed.get(way.to))), node);
    return { ...rewired, id: renewed.get(node.id) ?? node.id };
  });
  const old = steps.nodes.map((it) => steps.canvas[it.id] ?? { x: 0, y: 0 });
  const left = Math.min(...old.map((it) => it.x));
  const top = Math.min(...old.map((it) => it.y));
  const canvas = Object.fromEntries(nodes.map((node, index) => [node.id, { x: Math.round(around.x + (old[index]?.x ?? 0) - left), y: Math.round(around.y + (old[index]?.y ?? 0) - top) }]));
  const start = file.nodes.some((it) => it.id === file.start) ? file.start : (nodes[0]?.id ?? '');
  return { file: { ...file, start, nodes: [...file.nodes, ...nodes], canvas: { ...file.canvas, ...canvas } }, ids: nodes.map((it) => it.id) };
}
