/** From a topic to what the canvas draws. */
import type { TopicFinding } from '../../ipc';
import { Position, type Edge, type Node } from '@xyflow/svelte';
import type { Designer, Mark } from './designer.svelte';
import { edgesOf, nameOf, waysOf, type TopicNode } from './graph';
import { kindOf, previewOf } from './kinds';
import { sizeOf } from './layout';

export type StepFlowNode = Node<{ node: TopicNode; start: boolean; findings: readonly TopicFinding[]; mark: Mark | undefined }, 'step'>;
export type StepFlowEdge = Edge<{ from: string; key: string; words: string; lane: number | null }, 'step'>;

const NO_FINDINGS: readonly TopicFinding[] = [];

/** A node in one sentence, for people who hear the canvas. */
function said(node: TopicNode, start: boolean, findings: readonly TopicFinding[]): string {
  const { bubble, note } = previewOf(node);
  const words = [`${nameOf(node)}, ${kindOf(node.kind).title}`, start ? 'start of the topic' : null, bubble, note, findings.length > 0 ? `${findings.length} findings` : null];
  return words.filter(Boolean).join('. ');
}

/** Topics with more steps have only those drawn that are in sight. */
const ALL_DRAWN = 120;

export function isLarge(designer: Designer): boolean {
  return designer.file.nodes.length > ALL_DRAWN;
}

const DOT = 12;
const HEAD = 28;
const WAY = 26;

/** Where a node that nobody has seen will have its ways: without this, all nodes would be drawn once to be measured. */
function guessed(node: TopicNode): Pick<StepFlowNode, 'measured' | 'handles'> {
  const { width, height } = sizeOf(node);
  const ways = waysOf(node);
  const plain = ways.length === 1 && ways[0]?.label === 'Next';
  const dot = { width: DOT, height: DOT };
  return {
    measured: { width, height },
    handles: [
      { ...dot, type: 'target', position: Position.Left, x: -DOT / 2, y: HEAD - DOT / 2 },
      ...ways.map((way, index) => ({
        ...dot,
        type: 'source' as const,
        id: way.key,
        position: Position.Right,
        x: width - DOT / 2,
        y: plain ? 18 : height - 8 - (ways.length - index) * WAY + (WAY - DOT) / 2,
      })),
    ],
  };
}

/** The nodes as the canvas takes them; what has not changed stays the same object, and is not drawn anew. */
export function flowNodes(designer: Designer, before: readonly StepFlowNode[], tabStop: string | null, dragging: boolean): StepFlowNode[] {
  const known = new Map(before.map((it) => [it.id, it]));
  return designer.file.nodes.map((node) => {
    const old = known.get(node.id);
    // Under the pointer a node stands where the pointer has it.
    const position = (dragging ? old?.position : undefined) ?? designer.places.get(node.id) ?? { x: 0, y: 0 };
    const start = designer.file.start === node.id;
    const findings = designer.findingsByNode.get(node.id) ?? NO_FINDINGS;
    const mark = designer.marks.get(node.id);
    const selected = designer.selected.has(node.id);
    // In the canvas library's own spelling: it would take another one away again.
    const domAttributes = { tabIndex: tabStop === node.id ? 0 : -1 } as StepFlowNode['domAttributes'] & { tabIndex: number };
    const same =
      old &&
      old.data.node === node &&
      old.data.start === start &&
      old.data.findings === findings &&
      old.data.mark === mark &&
      old.selected === selected &&
      (old.domAttributes as typeof domAttributes).tabIndex === domAttributes.tabIndex &&
      old.position.x === position.x &&
      old.position.y === position.y;
    if (same) return old;
    return {
      // What was drawn since is measured, and known better.
      ...(old ? { ...old, handles: undefined } : isLarge(designer) ? guessed(node) : {}),
      id: node.id,
      type: 'step',
      position,
      selected,
      data: { node, start, findings, mark },
      ariaLabel: said(node, start, findings),
      ariaRole: 'group',
      domAttributes,
    };
  });
}

const LANE = 26;

/** The height at which a way back runs below everything that it passes; `null` for a way ahead. */
function laneOf({ file, places }: Designer, from: string, to: string): number | null {
  const [source, target] = [places.get(from), places.get(to)];
  if (!source || !target || target.x > source.x) return null;
  const passed = file.nodes.flatMap((node) => {
    const place = places.get(node.id);
    return place && place.x >= target.x && place.x <= source.x ? [place.y + sizeOf(node).height] : [];
  });
  return Math.max(...passed) + LANE;
}

export function flowEdges(designer: Designer): StepFlowEdge[] {
  const { file, selectedWay } = designer;
  const nodes = new Map(file.nodes.map((it) => [it.id, it]));
  return edgesOf(file).map(({ id, from, way, to }) => {
    const [source, target] = [nodes.get(from), nodes.get(to)];
    const words = `${way.label} from ${source ? nameOf(source) : from} to ${target ? nameOf(target) : to}`;
    const runs = designer.marks.get(from)?.path === true && designer.marks.get(to)?.path === true;
    return {
      id,
      type: 'step',
      source: from,
      sourceHandle: way.key,
      target: to,
      selected: selectedWay?.from === from && selectedWay.key === way.key,
      class: runs ? 'path' : undefined,
      ariaLabel: words,
      data: { from, key: way.key, words, lane: laneOf(designer, from, to) },
    };
  });
}
