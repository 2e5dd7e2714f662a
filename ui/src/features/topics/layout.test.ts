import { describe, expect, it } from 'vitest';
import type { TopicFile } from './file.gen';
import { freePlace, placesOf, sizeOf, tidy } from './layout';

const FILE = {
  format: 1,
  name: 'a',
  displayName: 'A',
  start: 'one',
  nodes: [
    { id: 'three', kind: 'end' },
    { id: 'one', kind: 'askChoice', variable: 'v', prompt: 'Which?', choices: [{ label: 'A', value: 'a', next: 'two' }, { label: 'B', value: 'b', next: 'three' }] },
    { id: 'two', kind: 'sayText', text: 'x'.repeat(300), next: 'one' },
  ],
} as unknown as TopicFile;

const overlaps = (file: TopicFile, places: ReturnType<typeof tidy>) =>
  file.nodes.flatMap((a) =>
    file.nodes.filter((b) => {
      const [p, q, s, t] = [places.get(a.id)!, places.get(b.id)!, sizeOf(a), sizeOf(b)];
      return a.id < b.id && p.x < q.x + t.width && q.x < p.x + s.width && p.y < q.y + t.height && q.y < p.y + s.height;
    }),
  );

describe('a tidy canvas', () => {
  it('runs from left to right, ends in a loop too, and lets nothing overlap', () => {
    const places = tidy(FILE);
    expect(places.get('one')!.x).toBeLessThan(places.get('two')!.x);
    expect(places.get('one')!.x).toBeLessThan(places.get('three')!.x);
    expect(overlaps(FILE, places)).toEqual([]);
    expect(tidy(FILE)).toEqual(places);
  });

  it('leaves what was placed where it is', () => {
    const put = { ...FILE, canvas: { one: { x: -40, y: 12 } } };
    expect(placesOf(put).get('one')).toEqual({ x: -40, y: 12 });
    expect(placesOf(put).get('two')).toEqual(tidy(FILE).get('two'));
  });

  it('finds a free place for a new node', () => {
    const places = tidy(FILE);
    const place = freePlace(FILE, places, places.get('one')!, { width: 256, height: 100 });
    expect(place.y).toBeGreaterThan(places.get('one')!.y);
    expect(freePlace({ ...FILE, nodes: [] }, new Map(), { x: 5.4, y: 5 }, { width: 1, height: 1 })).toEqual({ x: 5, y: 5 });
  });
});
