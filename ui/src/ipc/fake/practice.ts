/** The fake's practice line: handsets that text, and conditions of a bad day. */
import type { CommandTable, Seams } from './commands';
import { uuidFor } from './seed';
import { leave } from './sending';
import { delivery, picture, spaced, type FakeConversation, type World } from './world';

type PracticeCommand =
  | 'practice_handsets'
  | 'practice_add_handset'
  | 'practice_texts'
  | 'practice_text'
  | 'practice_conditions'
  | 'practice_set_conditions';

export function practiceCommands(seams: Seams): Pick<CommandTable, PracticeCommand> {
  const { world, changed, tell } = seams;
  return {
    practice_handsets: () => world.handsets,
    practice_add_handset: ({ name }) => {
      const number = `+1206555${String(9000 + world.handsets.length)}`;
      const handset = { number, display: spaced(number), name };
      world.handsets.push(handset);
      world.handsetTexts.set(number, []);
      return handset;
    },
    practice_texts: ({ number }) => world.handsetTexts.get(number) ?? [],
    practice_text: ({ from, to, body, pictures }) => {
      const media = pictures.map((_, index) => picture(`practice/${from}-${world.nextPosition}-${index}`));
      world.handsetTexts.get(from)?.push({
        received: false,
        other: to,
        body,
        segments: 1,
        mediaUrls: media.map((it) => it.id),
        at: world.now(),
      });
      const conversation = conversationWith(world, from, to);
      const position = world.nextPosition++;
      conversation.messages.push({
        position,
        id: uuidFor(position),
        direction: 'inbound',
        body,
        at: world.now(),
        media,
        delivery: delivery('received'),
        segments: 1,
        author: null,
        authorKind: null,
        imported: false,
        redacted: false,
        masked: [],
        removal: null,
      });
      if (conversation.row.list === 'done') conversation.row.list = 'new';
      changed(conversation);
      tell({
        kind: 'arrived',
        conversationId: conversation.row.id,
        title: conversation.row.requester,
        body,
        sound: null,
        offer: null,
      });
    },
    practice_conditions: () => world.conditions,
    practice_set_conditions: (conditions) => {
      world.conditions = { ...conditions };
      world.status.connection = conditions.networkOff ? { kind: 'offline', since: world.now() } : { kind: 'online' };
      tell({ kind: 'status' });
      if (!conditions.networkOff) sendWaiting(seams);
      return world.conditions;
    },
  };
}

function sendWaiting(seams: Seams): void {
  for (const conversation of seams.world.conversations.values()) {
    for (const message of conversation.messages.slice(-20)) {
      if (message.delivery.mark === 'waiting') leave(seams, conversation, message);
    }
  }
}

function conversationWith(world: World, from: string, to: string): FakeConversation {
  const known = [...world.conversations.values()].find((it) => it.row.requesterNumber === from);
  if (known) return known;
  const id = Math.max(0, ...world.conversations.keys()) + 1;
  const conversation: FakeConversation = {
    row: {
      id,
      list: 'new',
      requester: world.handsets.find((it) => it.number === from)?.name ?? spaced(from),
      requesterNumber: from,
      providerNumber: to,
      preview: '',
      previewDirection: 'inbound',
      previewByVirtualAgent: false,
      previewDelivery: null,
      previewHasMedia: false,
      previewPictures: null,
      textsDeleted: false,
      lastAt: world.now(),
      unread: 0,
      hasDraft: false,
      needsAttention: false,
      optedOut: false,
      pinned: false,
      snoozedUntil: null,
      waitingSince: null,
      helpRequested: false,
      identityInDoubt: false,
      card: null,
      promptedAt: null,
    },
    territory: 'US',
    interaction: { id: uuidFor(900_000 + id), state: 'new', openedAt: world.now(), closedAt: null, assignedTo: null, helpRequestedAt: null },
    messages: [],
    timeline: [{ at: world.now(), text: 'Conversation opened by a text', actor: 'Customer' }],
    draft: null,
    cannotSend: null,
    readUpTo: world.nextPosition - 1,
    notes: [],
    handover: null,
    autopilot: null,
    withBot: false,
  };
  world.conversations.set(id, conversation);
  return conversation;
}
