/** Builds the fake's world: the same seed and the same clock give the same conversations. */
import type { AppStatus, InboxList, MessageView } from '../bindings';
import { sampleHandover } from './handover';
import { stories, VIRTUAL_AGENT, type Story } from './stories';
import { DEFAULT_SETTINGS, delivery, settleRow, spaced, type FakeConversation, type World } from './world';

const MINUTE = 60_000;
const OUR_NUMBER = '+18335550100';
const LONG_THREAD = 5_000;
const GENERATED = 260;

const FIRST = ['Ada', 'Ben', 'Chloe', 'Dev', 'Ines', 'Farid', 'Greta', 'Hugo', 'Isla', 'Kofi', 'Lena', 'Milo', 'Nadia', 'Omar', 'Pia', 'Quinn', 'Rosa', 'Stefan', 'Tara', 'Uma'];
const LAST = ['Abbott', 'Brandt', 'Costa', 'Duarte', 'Eriksen', 'Fischer', 'Gallo', 'Hale', 'Ito', 'Jansen', 'Khan', 'Larsen', 'Moreau', 'Novak', 'Owens'];
const QUESTIONS = [
  'Could you tell me when order 4{n} arrives?',
  'The driver was very kind, please pass it on.',
  'I need an invoice for order 4{n}, please.',
  'Is the walnut table back in stock?',
  'We moved last week. Can I still change the address?',
  'One screw is missing from bag {n}.',
  'Do you deliver on Saturdays?',
  'The colour is lovely, but a drawer sticks a little.',
];
const REPLIES = [
  'It leaves the warehouse tomorrow morning.',
  'Thank you, I will tell him!',
  'It is on its way to your mailbox.',
  'From the 14th on. Shall I reserve one?',
  'Yes, just tell me the new one.',
  'A new bag goes out today.',
  'Saturdays from 8 to 13.',
  'A little wax on the runner helps; I can also send somebody.',
];

/** A small, fast, repeatable source of numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

export function uuidFor(number: number): string {
  return `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function buildWorld(status: AppStatus, now: () => number): World {
  const world: World = {
    now,
    status,
    settings: { ...DEFAULT_SETTINGS },
    conversations: new Map(),
    handsets: [
      { number: '+12065550142', display: '+1 206 555 0142', name: 'Maya Okafor' },
      { number: '+14155550187', display: '+1 415 555 0187', name: 'Jonas Weber' },
    ],
    handsetTexts: new Map(),
    views: [],
    wrapUp: { configurations: [], codes: [], sweep: { active: true, olderThanMinutes: 15, everyMinutes: 5 } },
    jobs: [],
    actions: [
      {
        id: uuidFor(800_001),
        name: 'Customer waits for half an hour',
        event: 'customerWaits',
        afterMinutes: 30,
        active: true,
        filter: { text: 'true', form: { any: false, rows: [] }, problems: [] },
        act: { kind: 'promptAgent', text: 'A customer has waited for half an hour.' },
      },
    ],
    conditions: { networkOff: false, deliveryFailure: null, loseNextAnswer: false },
    nextPosition: 1,
  };
  const start = now();
  for (const story of stories(start)) addStory(world, story, start);
  const random = randomFrom(7);
  for (let index = 0; index < GENERATED; index += 1) addGenerated(world, random, index, start);
  for (const handset of world.handsets) mirrorOnHandset(world, handset.number);
  return world;
}

function addStory(world: World, story: Story, now: number): void {
  const messages = story.lines.map((line): MessageView => {
    const position = world.nextPosition++;
    return {
      position,
      id: uuidFor(position),
      direction: line.from === 'them' ? 'inbound' : 'outbound',
      body: line.redacted ? '' : line.body,
      at: now - line.ago * MINUTE,
      media: line.media ?? [],
      delivery: line.from === 'them' ? delivery('received') : (line.delivery ?? delivery('delivered')),
      segments: 1,
      author: line.from === 'us' ? (line.author ?? 'Robin Vale') : null,
      authorKind: line.from === 'them' ? null : line.author === VIRTUAL_AGENT ? 'virtual_agent' : 'agent',
      imported: false,
      redacted: line.redacted ?? false,
      masked: [],
      removal: line.redacted
        ? { secure: 'Secure answer', by: null, at: 0, carrier: 'done', words: 'Twilio’s copy is empty too.' }
        : null,
    };
  });
  const unreadFrom = messages.length - (story.unread ?? 0);
  add(world, story, messages, messages[unreadFrom - 1]?.position ?? (messages[0]?.position ?? 1) - 1);
}

function addGenerated(world: World, random: () => number, index: number, now: number): void {
  const long = index === 3;
  const count = long ? LONG_THREAD : 2 + Math.floor(random() * 22);
  const step = long ? 190 : 40 + random() * 600;
  const newest = now - (8 + index * 37 + random() * 30) * MINUTE;
  const messages = Array.from({ length: count }, (_, nth): MessageView => {
    const position = world.nextPosition++;
    const inbound = nth % 2 === 0;
    const body = (inbound ? pick(random, QUESTIONS) : pick(random, REPLIES)).replace('{n}', String(1000 + nth));
    return {
      position,
      id: uuidFor(position),
      direction: inbound ? 'inbound' : 'outbound',
      body,
      at: Math.round(newest - (count - 1 - nth) * step * MINUTE),
      media: [],
      delivery: inbound ? delivery('received') : delivery(random() < 0.2 ? 'read' : 'delivered'),
      segments: 1,
      author: inbound ? null : pick(random, ['Robin Vale', 'Sam Ortiz']),
      authorKind: inbound ? null : 'agent',
      imported: false,
        redacted: false,
      masked: [],
      removal: null,
    };
  });
  const list: InboxList = long ? 'ongoing' : index < 22 ? (index % 3 === 0 ? 'new' : 'ongoing') : 'done';
  const known = random() < 0.75;
  const story: Story = {
    name: long ? 'Oswin Park' : known ? `${pick(random, FIRST)} ${pick(random, LAST)}` : null,
    number: `+1${pick(random, ['206', '312', '415', '512', '646'])}555${String(2000 + index)}`,
    list,
    lines: [],
    assignedTo: list === 'ongoing' ? 'Robin Vale' : undefined,
  };
  const last = messages[messages.length - 1]!;
  const unread = long || list === 'new' || (list === 'ongoing' && last.direction === 'inbound' && index % 4 === 1);
  add(world, story, messages, unread ? last.position - (long ? 12 : 1) : last.position);
}

function add(world: World, story: Story, messages: MessageView[], readUpTo: number): void {
  const id = world.conversations.size + 1;
  const first = messages[0];
  const last = messages[messages.length - 1];
  const conversation: FakeConversation = {
    row: {
      id,
      list: story.list,
      requester: story.name ?? spaced(story.number),
      requesterNumber: story.number,
      providerNumber: OUR_NUMBER,
      preview: '',
      previewDirection: 'inbound',
      previewByVirtualAgent: false,
      previewDelivery: null,
      previewHasMedia: false,
      previewPictures: null,
      textsDeleted: false,
      lastAt: 0,
      unread: 0,
      hasDraft: false,
      needsAttention: false,
      optedOut: story.optedOut ?? false,
      pinned: false,
      snoozedUntil: null,
      waitingSince: null,
      helpRequested: false,
      identityInDoubt: false,
      card: null,
      promptedAt: null,
    },
    territory: story.territory ?? 'US',
    interaction: {
      id: uuidFor(900_000 + id),
      state: story.list === 'new' ? 'new' : story.list === 'done' ? 'closedComplete' : story.onHold ? 'onHold' : 'workInProgress',
      openedAt: first?.at ?? 0,
      closedAt: story.list === 'done' ? (last?.at ?? 0) + 5 * MINUTE : null,
      assignedTo: story.assignedTo ?? null,
      helpRequestedAt: null,
    },
    messages,
    timeline: [],
    draft: story.draft ? { body: story.draft, media: [] } : null,
    cannotSend: story.optedOut
      ? 'This person texted STOP, so the carrier lets nothing through until they text START.'
      : null,
    readUpTo,
    notes: [],
    handover: story.handedOver ? sampleHandover(last?.at ?? 0) : null,
    autopilot: null,
    withBot: false,
  };
  conversation.timeline.push({ at: first?.at ?? 0, text: 'Conversation opened by a text', actor: 'Customer' });
  if (story.assignedTo) {
    conversation.timeline.push({ at: (first?.at ?? 0) + 3 * MINUTE, text: `Taken by ${story.assignedTo}`, actor: story.assignedTo });
  }
  if (story.optedOut) conversation.timeline.push({ at: last?.at ?? 0, text: 'Opted out by texting STOP', actor: 'Customer' });
  if (story.list === 'done') {
    conversation.timeline.push({ at: (last?.at ?? 0) + 5 * MINUTE, text: 'Finished', actor: 'Robin Vale' });
  }
  settleRow(conversation);
  world.conversations.set(id, conversation);
}

/** Shows on a practice handset what its conversation holds. */
function mirrorOnHandset(world: World, number: string): void {
  const conversation = [...world.conversations.values()].find((it) => it.row.requesterNumber === number);
  world.handsetTexts.set(
    number,
    (conversation?.messages ?? []).map((message) => ({
      received: message.direction === 'outbound',
      other: OUR_NUMBER,
      body: message.body,
      segments: message.segments,
      mediaUrls: message.media.map((it) => it.id),
      at: message.at,
    })),
  );
}
