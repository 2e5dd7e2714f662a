/** Which part of the canvas is in sight. */
import type { Place } from './graph';
import type { Size } from './layout';

export interface View extends Place {
  zoom: number;
}

export interface Box extends Place, Size {}

export function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const left = Math.min(...boxes.map((it) => it.x));
  const top = Math.min(...boxes.map((it) => it.y));
  const right = Math.max(...boxes.map((it) => it.x + it.width));
  const bottom = Math.max(...boxes.map((it) => it.y + it.height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** What of the window a canvas has for a topic: something may lie over its left side. */
export interface Screen extends Size {
  left: number;
}

const MARGIN = 32;

/** All of a box in sight, never larger than life; one too large to be read is shown from its upper left on. */
export function fit(box: Box, { left, width, height }: Screen, smallest: number): View {
  const wanted = Math.min((width - left - 2 * MARGIN) / box.width, (height - 2 * MARGIN) / box.height, 1);
  const zoom = Math.max(smallest, wanted);
  const centred = (from: number, length: number, room: number) => (length * zoom > room - 2 * MARGIN + 1 ? MARGIN : (room - length * zoom) / 2) - from * zoom;
  return { x: left + centred(box.x, box.width, width - left), y: centred(box.y, box.height, height), zoom };
}

/** The view moved so that a box stands in its middle. */
export function centre(box: Box, { left, width, height }: Screen, zoom: number): View {
  return { x: left + (width - left) / 2 - (box.x + box.width / 2) * zoom, y: height / 2 - (box.y + box.height / 2) * zoom, zoom };
}

export function inSight(box: Box, screen: Screen, view: View): boolean {
  const [left, top] = [box.x * view.zoom + view.x, box.y * view.zoom + view.y];
  return left >= screen.left && top >= 0 && left + box.width * view.zoom <= screen.width && top + box.height * view.zoom <= screen.height;
}
