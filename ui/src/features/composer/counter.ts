/** The segment counter in words. */
import type { TextMeasure } from '../../ipc';
import { count, counted } from '../../lib/words';

/** `132 / 160 · 1 part · GSM-7` */
export function counterWords(measure: TextMeasure): string {
  const room = measure.characters + measure.leftInSegment;
  const encoding = measure.encoding === 'gsm7' ? 'GSM-7' : 'UCS-2';
  return `${count(measure.characters)} / ${count(room)} · ${counted(measure.segments, 'part', 'parts')} · ${encoding}`;
}

export function overLimitWords(measure: TextMeasure): string | null {
  if (measure.overLimitBy <= 0) return null;
  return `${counted(measure.overLimitBy, 'character', 'characters')} too many: a text holds at most 1,600. Shorten it, or send it in two.`;
}
