/** Figures in words: durations, shares, and how they changed. */
import { LOCALE } from '../../lib/locale';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** A duration in its two largest units: `45 s`, `2 min 10 s`, `3 h 5 min`, `2 days 4 h`; a dash where there is none. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return '–';
  const whole = (unit: number, below: number) => Math.floor((milliseconds % below) / unit);
  const two = (large: string, small: number, unit: string) => (small === 0 ? large : `${large} ${small} ${unit}`);
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return two(`${whole(MINUTE, HOUR)} min`, whole(SECOND, MINUTE), 's');
  if (milliseconds < DAY) return two(`${whole(HOUR, DAY)} h`, whole(MINUTE, HOUR), 'min');
  const days = Math.floor(milliseconds / DAY);
  return two(days === 1 ? '1 day' : `${days} days`, whole(HOUR, DAY), 'h');
}

/** As short as an axis needs. */
export function tickDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0';
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${Math.round(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) return `${Number((milliseconds / HOUR).toFixed(1))} h`;
  return `${Number((milliseconds / DAY).toFixed(1))} d`;
}

const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 });

/** A share; a dash where nothing was counted. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : percent.format(part / whole);
}

/** How a number changed, in words: `12 % more than before`, `as before`, `none before`. */
export function change(now: number | null, before: number | null, more: string, less: string): string {
  if (now === null || before === null) return before === null && now !== null ? 'none before' : '';
  if (now === before) return 'as before';
  if (before === 0) return 'none before';
  const by = Math.abs(now - before) / Math.abs(before);
  if (by >= 10) return `far ${now > before ? more : less} than before`;
  return by < 0.005 ? 'about as before' : `${percent.format(by)} ${now > before ? more : less} than before`;
}

/** How a share changed: in points, because a percentage of a percentage says nothing. */
export function shareChange(now: readonly [number, number], before: readonly [number, number] | null): string {
  if (before === null || now[1] === 0) return '';
  if (before[1] === 0) return 'none before';
  const points = Math.round((now[0] / now[1] - before[0] / before[1]) * 100);
  if (points === 0) return 'as before';
  return `${Math.abs(points)} ${Math.abs(points) === 1 ? 'point' : 'points'} ${points > 0 ? 'more' : 'less'} than before`;
}

/** Round steps of a duration axis: people count minutes and hours. */
const ROUND = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800, 1209600].map((it) => it * SECOND);

/** The ticks of an axis from zero, three to five of them, at round values. */
export function ticks(most: number, isDuration: boolean): number[] {
  const wanted = Math.max(most, isDuration ? MINUTE : 4) / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const round = isDuration ? ROUND : [1, 2, 5, 10].map((it) => it * power);
  const step = round.find((it) => it >= wanted) ?? Math.ceil(wanted / DAY / 7) * DAY * 7;
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, index) => index * step);
}
