/** Answers of the backend in the shape that charts and tables have. */
import type { Insights, InsightsPart, InsightsStep, PeriodFigures, SpreadView, StepFigures } from '../../ipc';
import { count, counted } from '../../lib/words';
import type { Sheet } from './csv';
import { duration, share } from './words';
import { LOCALE } from '../../lib/locale';

/** One kind of bar. `hue` is one of the chart colours. */
export interface Series {
  name: string;
  hue: 1 | 2 | 3 | 4;
  part: InsightsPart;
}

export interface Column {
  from: number;
  until: number;
  /** As short as an axis needs. */
  label: string;
  /** In full. */
  title: string;
  /** One for each series. */
  values: readonly number[];
  /** A value beyond the bar, as a line: nine of ten are below it. */
  reach: number | null;
}

export interface ChartShape {
  series: readonly Series[];
  columns: readonly Column[];
  isDuration: boolean;
  sheet: Sheet;
  /** What the chart says, in one sentence. */
  summary: string;
}

const hour = new Intl.DateTimeFormat(LOCALE, { hour: 'numeric' });
const day = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const month = new Intl.DateTimeFormat(LOCALE, { month: 'short', year: '2-digit' });
const longDay = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const longMonth = new Intl.DateTimeFormat(LOCALE, { month: 'long', year: 'numeric' });
const clock = new Intl.DateTimeFormat(LOCALE, { hour: 'numeric', minute: '2-digit' });

/** What a bar is called on the axis, and in full. */
export function stepWords(step: InsightsStep, from: number): { label: string; title: string } {
  if (step === 'hour') return { label: hour.format(from), title: `${longDay.format(from)}, ${clock.format(from)}` };
  if (step === 'day') return { label: day.format(from), title: longDay.format(from) };
  if (step === 'week') return { label: day.format(from), title: `Week from ${longDay.format(from)}` };
  return { label: month.format(from), title: longMonth.format(from) };
}

/** Which bar is the highest, as the end of a sentence. */
function mostWords(step: InsightsStep, from: number): string {
  if (step === 'week') return `Most in the week from ${longDay.format(from)}.`;
  return `Most ${step === 'month' ? 'in' : 'on'} ${stepWords(step, from).title}.`;
}

const HEAD: Record<InsightsStep, string> = { hour: 'Hour', day: 'Day', week: 'Week from', month: 'Month from' };

function columnsOf(step: InsightsStep, steps: readonly StepFigures[], values: (it: StepFigures) => readonly number[], reach?: (it: StepFigures) => number | null): Column[] {
  return steps.map((it) => ({ from: it.from, until: it.until, ...stepWords(step, it.from), values: values(it), reach: reach?.(it) ?? null }));
}

function highest(columns: readonly Column[]): Column | null {
  const sum = (column: Column) => column.values.reduce((one, other) => one + other, 0);
  const found = columns.reduce<Column | null>((best, column) => (best === null || sum(column) > sum(best) ? column : best), null);
  return found !== null && sum(found) > 0 ? found : null;
}

export function volume(step: InsightsStep, figures: PeriodFigures): ChartShape {
  const { received, agents, virtualAgent, elsewhere } = figures.texts;
  const all: readonly (Series & { told: string; of: (it: StepFigures) => number; sum: number })[] = [
    { name: 'Received', told: 'received', hue: 1, part: { type: 'received' }, of: (it) => it.texts.received, sum: received },
    { name: 'Agents', told: 'by agents', hue: 2, part: { type: 'byAgents' }, of: (it) => it.texts.agents, sum: agents },
    { name: 'Virtual agent', told: 'by the virtual agent', hue: 3, part: { type: 'byVirtualAgent' }, of: (it) => it.texts.virtualAgent, sum: virtualAgent },
    { name: 'Elsewhere', told: 'written elsewhere', hue: 4, part: { type: 'elsewhere' }, of: (it) => it.texts.elsewhere, sum: elsewhere },
  ];
  const series = all.filter((it) => it.sum > 0);
  const columns = columnsOf(step, figures.steps, (it) => series.map((one) => one.of(it)));
  const top = highest(columns);
  const told = series.map((it) => `${count(it.sum)} ${it.told}`).join(', ');
  return {
    series,
    columns,
    isDuration: false,
    sheet: { head: [HEAD[step], ...series.map((it) => it.name)], rows: columns.map((it) => [it.title, ...it.values]) },
    summary: top === null ? 'No texts in this period.' : `Texts: ${told}. ${mostWords(step, top.from)}`,
  };
}

export function began(step: InsightsStep, figures: PeriodFigures): ChartShape {
  const columns = columnsOf(step, figures.steps, (it) => [it.conversations.began]);
  const top = highest(columns);
  const { conversations } = figures;
  return {
    series: [{ name: 'Conversations', hue: 1, part: { type: 'began' } }],
    columns,
    isDuration: false,
    sheet: {
      head: [HEAD[step], 'Began', 'Begun by agents', 'Ended', 'Abandoned'],
      rows: columns.map((it, index) => {
        const counts = figures.steps[index]?.conversations;
        return [it.title, counts?.began ?? 0, counts?.byAgents ?? 0, counts?.ended ?? 0, counts?.abandoned ?? 0];
      }),
    },
    summary: top === null ? 'No conversation began in this period.' : `${counted(conversations.began, 'conversation', 'conversations')} began; ${count(conversations.abandoned)} of ${count(conversations.ended)} that ended were abandoned. ${mostWords(step, top.from)}`,
  };
}

/** Durations as bars to the median, with a line to where nine of ten are. */
export function spreads(step: InsightsStep, figures: PeriodFigures, of: (it: { firstResponse: SpreadView; handling: SpreadView }) => SpreadView, part: InsightsPart): ChartShape {
  const columns = columnsOf(step, figures.steps, (it) => [of(it).median ?? 0], (it) => of(it).p90);
  const all = of(figures);
  const seconds = (value: number | null) => (value === null ? null : Math.round(value / 1000));
  return {
    series: [{ name: 'Median', hue: 1, part }],
    columns,
    isDuration: true,
    sheet: {
      head: [HEAD[step], 'Conversations', 'Median (seconds)', 'Nine of ten within (seconds)'],
      rows: columns.map((it, index) => {
        const spread = figures.steps[index] && of(figures.steps[index]);
        return [it.title, spread?.count ?? 0, seconds(spread?.median ?? null), seconds(spread?.p90 ?? null)];
      }),
    },
    summary: all.count === 0 ? 'Nothing to measure in this period.' : `Half within ${duration(all.median)}, nine of ten within ${duration(all.p90)}, over ${counted(all.count, 'conversation', 'conversations')}.`,
  };
}

export const WEEKDAYS: readonly string[] = Array.from({ length: 7 }, (_, index) =>
  new Intl.DateTimeFormat(LOCALE, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + index)),
);
export const LONG_WEEKDAYS: readonly string[] = Array.from({ length: 7 }, (_, index) =>
  new Intl.DateTimeFormat(LOCALE, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + index)),
);
const utcHour = new Intl.DateTimeFormat(LOCALE, { hour: 'numeric', timeZone: 'UTC' });
export const HOURS: readonly string[] = Array.from({ length: 24 }, (_, index) => utcHour.format(Date.UTC(2024, 0, 1, index)));

export function hoursSheet(hours: readonly (readonly number[])[]): Sheet {
  return { head: ['Day', ...HOURS], rows: hours.map((row, index) => [LONG_WEEKDAYS[index] ?? '', ...row]) };
}

export function hoursSummary(hours: readonly (readonly number[])[]): string {
  let [most, weekday, at] = [0, 0, 0];
  hours.forEach((row, index) => row.forEach((texts, hourOfDay) => {
    if (texts > most) [most, weekday, at] = [texts, index, hourOfDay];
  }));
  return most === 0 ? 'No texts came in.' : `Most texts come on ${LONG_WEEKDAYS[weekday] ?? ''} at ${HOURS[at] ?? ''}: ${count(most)}.`;
}

/** A ranked list: a name, a bar, and what is behind it. */
export interface Ranked {
  key: string;
  name: string;
  hint: string;
  value: number;
  words: string;
  part: InsightsPart;
}

export function topics(figures: PeriodFigures): Ranked[] {
  return figures.topics.map((it) => ({
    key: it.topic,
    name: it.name,
    hint: `${share(it.contained, it.conversations)} finished without a person`,
    value: it.handovers,
    words: `${count(it.handovers)} of ${count(it.conversations)}`,
    part: { type: 'topic', topic: it.topic, handedOver: true },
  }));
}

export function failures(figures: PeriodFigures): Ranked[] {
  return figures.failures.map((it) => ({
    key: String(it.code),
    name: it.explanation,
    hint: [it.code === 0 ? '' : `Code ${it.code}.`, it.remedy].filter(Boolean).join(' '),
    value: it.texts,
    words: count(it.texts),
    part: { type: 'failed', code: it.code },
  }));
}

/** Whether anything at all was counted. */
export function isEmpty(insights: Insights): boolean {
  const { texts, conversations } = insights.current;
  return texts.received + texts.agents + texts.virtualAgent + texts.elsewhere + conversations.began === 0;
}
