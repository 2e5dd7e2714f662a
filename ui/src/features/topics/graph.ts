/** A topic as a graph: which ways lead out of a node, and every change of nodes and ways, on the parsed file itself. */
import type { CanvasPlace, TopicFile } from './file.gen';

export type TopicNode = TopicFile['nodes'][number];
export type Path = readonly (string | number)[];

export type Place = Pick<CanvasPlace, 'x' | 'y'>;

/** One way out of a node. */
export interface Way {
  /** Unique in its node: the handle's id. */
  key: string;
  /** Where the file keeps its target. */
  path: Path;
  label: string;
  to: string | null;
  /** Without a target of its own it goes where `next` goes. */
  falls: boolean;
}

export function getIn(value: unknown, path: Path): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}

/** The value with one place changed; `undefined` takes the place away. Everything beside it stays the same object. */
export function setIn<T>(value: T, path: Path, to: unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return to as T;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    copy[Number(key)] = setIn(copy[Number(key)], rest, to);
    return copy as T;
  }
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown> | undefined) };
  const changed = setIn(copy[key], rest, to);
  if (changed === undefined) delete copy[key];
  else copy[key] = changed;
  return copy as T;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((it): it is Record<string, unknown> => typeof it === 'object' && it !== null) : [];
}

const NEXT: Path = ['next'];

export function waysOf(node: TopicNode): Way[] {
  const way = (key: string, path: Path, label: string, falls = false): Way => ({
    key,
    path,
    label,
    to: textOf(getIn(node, path)) || null,
    falls,
  });
  const next = (label = 'Next') => way('next', NEXT, label);
  switch (node.kind) {
    case 'end':
      return [];
    case 'decide':
      return listOf(node['branches']).map((branch, index) =>
        way(`branch-${index}`, ['branches', index, 'next'], textOf(branch['name']) || textOf(branch['when']) || `Way ${index + 1}`),
      );
    case 'askChoice':
      return [
        ...listOf(node['choices']).map((choice, index) => way(`choice-${index}`, ['choices', index, 'next'], textOf(choice['label']) || `Choice ${index + 1}`, true)),
        next('All others'),
      ];
    case 'askRecords':
      return [next('Picked'), way('none', ['noRecordsNext'], 'No record', true)];
    case 'lookUp':
      return [next('Found'), way('none', ['notFound'], 'Not found')];
    case 'saveRecord':
      return [next('Saved'), way('failed', ['failed'], 'Failed')];
    case 'request':
      return [next('Answered'), way('failed', ['failed'], 'Failed')];
    case 'verify':
      return [next('Proved'), way('failed', ['failed'], 'Not proved'), way('locked', ['locked'], 'Locked')];
    case 'transfer':
      return [next('Nobody there')];
    case 'jump':
      return node['resume'] === true || textOf(node.next) ? [next('Afterwards')] : [];
    default:
      return [next()];
  }
}

export interface Edge {
  id: string;
  from: string;
  way: Way;
  to: string;
}

export function edgeId(from: string, key: string): string {
  return `${from}/${key}`;
}

/** The ways of all nodes that lead to a node there is. */
export function edgesOf(file: TopicFile): Edge[] {
  const known = new Set(file.nodes.map((it) => it.id));
  return file.nodes.flatMap((node) =>
    waysOf(node).flatMap((way) => (way.to !== null && known.has(way.to) ? [{ id: edgeId(node.id, way.key), from: node.id, way, to: way.to }] : [])),
  );
}

export function nodeOf(file: TopicFile, id: string | null): TopicNode | undefined {
  return id === null ? undefined : file.nodes.find((it) => it.id === id);
}

/** What people call a node. */
export function nameOf(node: TopicNode): string {
  return textOf(node.name) || node.id;
}

export function changeNode(file: TopicFile, id: string, change: (node: TopicNode) => TopicNode): TopicFile {
  return { ...file, nodes: file.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

/** An id that reads like what it is and that no node has yet. */
export function freeId(wanted: string, taken: Iterable<string>): string {
  const known = new Set(taken);
  const base =
    wanted
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '') || 'step';
  if (!known.has(base)) return base;
  for (let count = 2; ; count += 1) if (!known.has(`${base}_${count}`)) return `${base}_${count}`;
}

export function connect(file: TopicFile, from: string, key: string, to: string | null): TopicFile {
  return changeNode(file, from, (node) => {
    const way = waysOf(node).find((it) => it.key === key);
    return way ? setIn(node, way.path, to ?? undefined) : node;
  });
}

/** The way that a new node is hung on when only a node is chosen: the first one that leads nowhere yet. */
export function openWay(node: TopicNode): Way | undefined {
  const ways = waysOf(node);
  return ways.find((it) => it.to === null && !it.falls) ?? ways.find((it) => it.to === null) ?? ways.find((it) => it.key === 'next');
}

export interface Added {
  file: TopicFile;
  id: string;
}

/** Adds a node. Hung on a way, it goes on where that way went. */
export function addNode(file: TopicFile, blank: TopicNode, place: Place, on?: { from: string; key: string }): Added {
  const id = freeId(blank.id, file.nodes.map((it) => it.id));
  let node: TopicNode = { ...blank, id };
  let changed: TopicFile = file;
  if (on) {
    const from = nodeOf(file, on.from);
    const way = from && waysOf(from).find((it) => it.key === on.key);
    if (way?.to) {
      const onward = openWay(node);
      if (onward) node = setIn(node, onward.path, way.to);
    }
    changed = connect(changed, on.from, on.key, id);
  }
  const after = on ? changed.nodes.findIndex((it) => it.id === on.from) : changed.nodes.length - 1;
  const nodes = [...changed.nodes.slice(0, after + 1), node, ...changed.nodes.slice(after + 1)];
  const start = nodeOf(changed, changed.start) ? changed.start : id;
  return { file: { ...changed, nodes, start, canvas: { ...changed.canvas, [id]: place } }, id };
}

/** Takes nodes away. What led to one goes on where its only way went; without one such way it leads nowhere. */
export function deleteNodes(file: TopicFile, ids: ReadonlySet<string>): TopicFile {
  if (ids.size === 0) return file;
  const onward = (id: string): string | null => {
    const seen = new Set<string>();
    let at: string | null = id;
    while (at !== null && ids.has(at)) {
      if (seen.has(at)) return null;
      seen.add(at);
      const node: TopicNode | undefined = nodeOf(file, at);
      const targets: Set<string> = new Set((node ? waysOf(node) : []).flatMap((way) => (way.to === null ? [] : [way.to])));
      at = targets.size === 1 ? ([...targets][0] ?? null) : null;
    }
    return at;
  };
  const nodes = file.nodes
    .filter((node) => !ids.has(node.id))
    .map((node) =>
      waysOf(node).reduce((changed, way) => (way.to !== null && ids.has(way.to) ? setIn(changed, way.path, onward(way.to) ?? undefined) : changed), node),
    );
  const canvas = Object.fromEntries(Object.entries(file.canvas ?? {}).filter(([id]) => !ids.has(id)));
  const start = ids.has(file.start) ? (onward(file.start) ?? nodes[0]?.id ?? '') : file.start;
  return { ...file, nodes, start, canvas };
}

/** Gives a node another id; everything that led to it still does. */
export function renameNode(file: TopicFile, id: string, to: string): TopicFile {
  const nodes = file.nodes.map((node) => {
    const rewired = waysOf(node).reduce((changed, way) => (way.to === id ? setIn(changed, way.path, to) : changed), node);
    return node.id === id ? { ...rewired, id: to } : rewired;
  });
  const canvas = Object.fromEntries(Object.entries(file.canvas ?? {}).map(([key, place]) => [key === id ? to : key, place]));
  return { ...file, nodes, canvas, start: file.start === id ? to : file.start };
}

export function moveNodes(file: TopicFile, places: ReadonlyMap<string, Place>): TopicFile {
  const rounded = [...places].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }] as const);
  return { ...file, canvas: { ...file.canvas, ...Object.fromEntries(rounded) } };
}
