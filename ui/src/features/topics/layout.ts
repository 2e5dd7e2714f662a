/** Where nodes stand that nobody has placed, and all of them after "Tidy up". */
import dagre from '@dagrejs/dagre';
import type { TopicFile } from './file.gen';
import { edgesOf, waysOf, type Place, type TopicNode } from './graph';
import { previewOf } from './kinds';

export const NODE_WIDTH = 256;
const HEAD = 46;
const WAY = 28;
const LINE = 19;

export interface Size {
  width: number;
  height: number;
}

/** How large a node will be, near enough to keep others clear of it. */
export function sizeOf(node: TopicNode): Size {
  const { bubble, note } = previewOf(node);
  const ways = waysOf(node);
  const rows = ways.length === 1 && ways[0]?.key === 'next' && ways[0].label === 'Next' ? 0 : ways.length;
  const lines = (text: string | null, most: number) => (text ? Math.min(most, text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 34)), 0)) : 0);
  const words = lines(bubble, 3) * LINE + (bubble ? 22 : 0) + lines(note, 2) * LINE + (note ? 8 : 0);
  return { width: NODE_WIDTH, height: HEAD + words + rows * WAY + 8 };
}

/** Places for all nodes, from left to right in the order of the conversation. */
export function tidy(file: TopicFile, sizes: (node: TopicNode) => Size = sizeOf): Map<string, Place> {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 84, marginx: 24, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  const inOrder = [...file.nodes].sort((a, b) => Number(b.id === file.start) - Number(a.id === file.start));
  for (const node of inOrder) graph.setNode(node.id, { ...sizes(node) });
  for (const edge of edgesOf(file)) graph.setEdge(edge.from, edge.to, {}, edge.way.key);
  dagre.layout(graph);
  return new Map(
    file.nodes.map((node) => {
      const { x = 0, y = 0, width, height } = graph.node(node.id) as Size & Partial<Place>;
      return [node.id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}

/** Where every node stands: where it was put, and where a tidy canvas has it otherwise. */
export function placesOf(file: TopicFile): Map<string, Place> {
  const put = file.canvas ?? {};
  if (file.nodes.every((it) => put[it.id] !== undefined)) return new Map(file.nodes.map((it) => [it.id, put[it.id] ?? { x: 0, y: 0 }]));
  const tidied = tidy(file);
  return new Map(file.nodes.map((it) => [it.id, put[it.id] ?? tidied.get(it.id) ?? { x: 0, y: 0 }]));
}

/** A place beside a node that stands on no other. */
export function freePlace(file: TopicFile, places: ReadonlyMap<string, Place>, wanted: Place, size: Size): Place {
  const gap = 20;
  let place = wanted;
  for (let tries = 0; tries < file.nodes.length + 1; tries += 1) {
    const under = file.nodes.find((node) => {
      const at = places.get(node.id);
      const its = sizeOf(node);
      return at && place.x < at.x + its.width + gap && at.x < place.x + size.width + gap && place.y < at.y + its.height + gap && at.y < place.y + size.height + gap;
    });
    const at = under && places.get(under.id);
    if (!under || !at) break;
    place = { x: place.x, y: at.y + sizeOf(under).height + gap };
  }
  return { x: Math.round(place.x), y: Math.round(place.y) };
}
