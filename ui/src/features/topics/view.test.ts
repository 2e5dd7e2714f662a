import { describe, expect, it } from 'vitest';
import { around, centre, fit, inSight } from './view';

const SCREEN = { left: 0, width: 800, height: 600 };

describe('what is in sight', () => {
  it('is all of a small topic in the middle, at most as large as life', () => {
    const box = around([{ x: 100, y: 100, width: 200, height: 100 }, { x: 300, y: 100, width: 100, height: 100 }])!;
    expect(box).toEqual({ x: 100, y: 100, width: 300, height: 100 });
    const view = fit(box, SCREEN, 0.4);
    expect(view).toEqual({ x: 150, y: 150, zoom: 1 });
    expect(fit(box, { ...SCREEN, left: 200 }, 0.4).x).toBe(250);
    expect(inSight(box, SCREEN, view)).toBe(true);
    expect(around([])).toBeNull();
  });

  it('is the beginning of a topic that would be too small to read', () => {
    const view = fit({ x: 0, y: 0, width: 8_000, height: 400 }, SCREEN, 0.5);
    expect(view).toMatchObject({ x: 32, zoom: 0.5 });
    expect(fit({ x: 0, y: 0, width: 8_000, height: 400 }, SCREEN, 0).zoom).toBeCloseTo(0.092);
  });

  it('is moved to what is looked for', () => {
    const box = { x: 5_000, y: 5_000, width: 200, height: 100 };
    const view = centre(box, SCREEN, 1);
    expect(inSight(box, SCREEN, view)).toBe(true);
    expect(inSight(box, SCREEN, { x: 0, y: 0, zoom: 1 })).toBe(false);
  });
});
