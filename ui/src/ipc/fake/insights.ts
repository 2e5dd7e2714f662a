/** Figures of the fake backend: a desk with office hours, the same whenever it is asked for the same days. */
import type { ConversationCounts, Insights, PeriodFigures, StepFigures, TextCounts } from '../bindings';
import type { CommandTable } from './commands';
import type { World } from './world';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Something between 0 and 1 that looks like chance and is none. */
const noise = (seed: number) => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;

function textsOf(from: number, isEmpty: boolean): TextCounts {
  const weekday = new Date(from).getDay();
  const busy = isEmpty ? 0 : weekday === 0 || weekday === 6 ? 8 : 60;
  const received = Math.round(busy * (0.7 + noise(from / DAY) * 0.6));
  return { received, agents: Math.round(received * 0.62), virtualAgent: Math.round(received * 0.3), elsewhere: 0 };
}

function stepOf(from: number, until: number, isEmpty: boolean): StepFigures {
  const texts = textsOf(from, isEmpty);
  const began = Math.round(texts.received / 4);
  const conversations: ConversationCounts = { began, byAgents: Math.round(began / 9), ended: began, abandoned: Math.round(began / 12), withBot: Math.round(began * 0.7), botEnded: Math.round(began * 0.65), contained: Math.round(began * 0.3), handovers: Math.round(began * 0.35) };
  const spread = (base: number) => (began === 0 ? { count: 0, median: null, p90: null } : { count: began, median: Math.round(base * (0.6 + noise(from / DAY + 7))), p90: Math.round(base * (2 + noise(from / DAY + 3) * 2)) });
  return { from, until, texts, conversations, firstResponse: spread(3 * MINUTE), handling: spread(11 * MINUTE) };
}

function figures(first: string, last: string, isEmpty: boolean): PeriodFigures {
  const steps: StepFigures[] = [];
  const end = new Date(`${last}T00:00:00`);
  end.setDate(end.getDate() + 1);
  for (const at = new Date(`${first}T00:00:00`); at < end; ) {
    const from = at.getTime();
    at.setDate(at.getDate() + 1);
    steps.push(stepOf(from, at.getTime(), isEmpty));
  }
  const sum = (of: (it: StepFigures) => number) => steps.reduce((all, it) => all + of(it), 0);
  const began = sum((it) => it.conversations.began);
  const spread = (base: number) => (began === 0 ? { count: 0, median: null, p90: null } : { count: began, median: base, p90: base * 3 });
  const mean = (average: number) => ({ count: began, average: began === 0 ? null : average });
  const some = <T>(rows: T[]): T[] => (began === 0 ? [] : rows);
  const sent = sum((it) => it.texts.agents + it.texts.virtualAgent);
  return {
    first,
    last,
    steps,
    hours: Array.from({ length: 7 }, (_, day) => Array.from({ length: 24 }, (__, hour) => (began === 0 || day > 4 || hour < 7 || hour > 19 ? 0 : Math.round((1 - Math.abs(hour - 12) / 9) * 30 * (0.6 + noise(day * 24 + hour)))))),
    texts: { received: sum((it) => it.texts.received), agents: sum((it) => it.texts.agents), virtualAgent: sum((it) => it.texts.virtualAgent), elsewhere: 0 },
    firstResponse: spread(3 * MINUTE),
    handling: spread(11 * MINUTE),
    agentResponse: mean(4 * MINUTE + 20_000),
    requesterResponse: mean(9 * MINUTE),
    wrapUp: mean(42_000),
    conversations: { began, byAgents: sum((it) => it.conversations.byAgents), ended: began, abandoned: sum((it) => it.conversations.abandoned), withBot: sum((it) => it.conversations.withBot), botEnded: sum((it) => it.conversations.botEnded), contained: sum((it) => it.conversations.contained), handovers: sum((it) => it.conversations.handovers) },
    withinTarget: Math.round(began * 0.81),
    withTarget: began,
    topics: some([
      { topic: 'order_status', name: 'Where is my order?', conversations: 120, contained: 84, handovers: 22 },
      { topic: 'returns', name: 'Send something back', conversations: 64, contained: 21, handovers: 38 },
      { topic: '', name: 'Outside any topic', conversations: 18, contained: 0, handovers: 18 },
    ]),
    failures: some([
      { code: 30003, explanation: 'The phone could not be reached.', remedy: 'Try again later; the phone may be off.', texts: 9 },
      { code: 30006, explanation: 'This number cannot get texts.', remedy: 'Call, or ask for a mobile number.', texts: 4 },
    ]),
    consents: { stopped: began === 0 ? 0 : 3, started: began === 0 ? 0 : 1, turnedOff: 0, turnedOn: began === 0 ? 0 : 6 },
    segments: { sent: Math.round(sent * 1.4), pictures: Math.round(sent / 40), received: sum((it) => it.texts.received), price: null, cost: null },
    agents: some([
      { agentId: '00000000-0000-7000-8000-00000000000a', name: 'Mara Lindqvist', conversations: 96, texts: 410, held: 96 * 12 * MINUTE, response: { count: 300, average: 3 * MINUTE }, accepted: 92, rejected: 2, timedOut: 1 },
      { agentId: '00000000-0000-7000-8000-00000000000b', name: 'Jonas Weber', conversations: 71, texts: 288, held: 71 * 10 * MINUTE, response: { count: 240, average: 6 * MINUTE }, accepted: 70, rejected: 5, timedOut: 4 },
    ]),
    queues: some([{ queueId: '00000000-0000-7000-8000-0000000000aa', name: 'Everything', queued: 170, accepted: 162, auto: 20, canceled: 8, rejected: 7, timedOut: 5, exceeded: 31, wait: { count: 162, average: 95_000 } }]),
  };
}

const DEFINITIONS = ['volume', 'hours', 'conversations', 'firstResponse', 'handling', 'agentResponse', 'requesterResponse', 'wrapUp', 'serviceLevel', 'abandoned', 'containment', 'handovers', 'consent', 'failures', 'segments', 'agents', 'queues'];

export function insightsCommands(world: World): Pick<CommandTable, 'insights' | 'insights_behind'> {
  return {
    insights: ({ period, compare }): Insights => {
      const isEmpty = world.conversations.size === 0;
      const days = Math.round((Date.parse(`${period.last}T12:00:00`) - Date.parse(`${period.first}T12:00:00`)) / DAY) + 1;
      const earlier = (day: string) => new Date(Date.parse(`${day}T12:00:00Z`) - days * DAY).toISOString().slice(0, 10);
      return {
        reach: 'team',
        step: 'day',
        current: figures(period.first, period.last, isEmpty),
        previous: compare ? figures(earlier(period.first), earlier(period.last), isEmpty) : null,
        live: { active: world.conversations.size, unassigned: isEmpty ? 0 : 3, inProgress: isEmpty ? 0 : 4, withVirtualAgent: isEmpty ? 0 : 1, longestWaitSince: isEmpty ? null : world.now() - 7 * MINUTE },
        left: 0,
        all: 1000,
        definitions: DEFINITIONS.map((figure) => ({ figure, definition: 'What this figure means stands here.' })),
        queues: [{ id: '00000000-0000-7000-8000-0000000000aa', name: 'Everything' }],
        agents: [
          { id: '00000000-0000-7000-8000-00000000000a', name: 'Mara Lindqvist' },
          { id: '00000000-0000-7000-8000-00000000000b', name: 'Jonas Weber' },
        ],
        numbers: [{ id: '+15005550006', name: 'Shop' }],
      };
    },
    insights_behind: ({ skip }) => {
      const rows = [...world.conversations.values()].map(({ row }) => ({ conversationId: row.id, requester: row.requester, providerNumber: row.providerNumber, at: row.lastAt, times: 1 }));
      return { rows: rows.slice(skip, skip + 50), all: rows.length, times: rows.length };
    },
  };
}
