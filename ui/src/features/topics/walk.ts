/** Where an arrow key leads from a node: along its ways, and otherwise to what stands there. */
import type { TopicFile } from './file.gen';
import { edgesOf, type Place } from './graph';

export type Direction = 'left' | 'right' | 'up' | 'down';

export function walk(file: TopicFile, places: ReadonlyMap<string, Place>, from: string, direction: Direction): string | null {
  const here = places.get(from);
  if (!here) return null;
  const edges = edgesOf(file);
  const nearest = (ids: string[], distance: (place: Place) => number): string | null => {
    const ranked = [...new Set(ids)].filter((id) => id !== from).flatMap((id) => {
      const place = places.get(id);
      return place ? [{ id, distance: distance(place) }] : [];
    });
    return ranked.sort((a, b) => a.distance - b.distance)[0]?.id ?? null;
  };
  const byHeight = (place: Place) => Math.abs(place.y - here.y);
  if (direction === 'right') {
    const ahead = nearest(edges.filter((it) => it.from === from).map((it) => it.to), byHeight);
    if (ahead) return ahead;
  }
  if (direction === 'left') {
    const back = nearest(edges.filter((it) => it.to === from).map((it) => it.from), byHeight);
    if (back) return back;
  }
  const [dx, dy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction] as [number, number];
  const there = file.nodes.filter((it) => {
    const place = places.get(it.id);
    return place !== undefined && (place.x - here.x) * dx + (place.y - here.y) * dy > 0;
  });
  // What lies aside counts double: the next one in a row is nearer than one askew.
  return nearest(
    there.map((it) => it.id),
    (place) => Math.abs(place.x - here.x) * (dx === 0 ? 2 : 1) + Math.abs(place.y - here.y) * (dy === 0 ? 2 : 1),
  );
}
