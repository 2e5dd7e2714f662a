/** A text's way out of the fake: held, waiting, sending, sent, delivered, with the practice line's faults. */
import type { MessageView } from '../bindings';
import { measureText } from './measure';
import { delivery, settleRow, type FakeConversation, type World } from './world';

const SENT_AFTER = 350;
const DELIVERED_AFTER = 900;

export interface Sender {
  world: World;
  changed: (conversation: FakeConversation) => void;
  later: (milliseconds: number, act: () => void) => void;
}

export function compose(sender: Sender, conversation: FakeConversation, id: string, body: string): MessageView {
  const { world } = sender;
  const message: MessageView = {
    position: world.nextPosition++,
    id,
    direction: 'outbound',
    body,
    at: world.now(),
    media: (conversation.draft?.media ?? []).map((it) => ({ ...it })),
    delivery: delivery('waiting'),
    segments: measureText(body).segments,
    author: world.settings.agentName,
    authorKind: 'agent',
    imported: false,
    redacted: false,
    masked: [],
    removal: null,
  };
  conversation.messages.push(message);
  conversation.draft = null;
  if (world.settings.undoSeconds > 0) {
    const milliseconds = world.settings.undoSeconds * 1000;
    message.delivery = delivery('held', { heldUntil: world.now() + milliseconds });
    sender.later(milliseconds, () => {
      if (message.delivery.mark === 'held') leave(sender, conversation, message);
    });
  } else {
    leave(sender, conversation, message);
  }
  if (conversation.row.list === 'new') {
    conversation.row.list = 'ongoing';
    if (conversation.interaction) {
      conversation.interaction.state = 'workInProgress';
      conversation.interaction.assignedTo = world.settings.agentName;
    }
  }
  sender.changed(conversation);
  return structuredClone(message);
}

export function leave(sender: Sender, conversation: FakeConversation, message: MessageView): void {
  const { world } = sender;
  if (world.conditions.networkOff || world.status.connection.kind === 'offline') {
    mark(sender, conversation, message, delivery('waiting'));
    return;
  }
  mark(sender, conversation, message, delivery('sending'));
  sender.later(SENT_AFTER, () => {
    if (world.conditions.loseNextAnswer) {
      world.conditions.loseNextAnswer = false;
      mark(sender, conversation, message, delivery('uncertain'));
      return;
    }
    mark(sender, conversation, message, delivery('sent'));
    sender.later(DELIVERED_AFTER, () => {
      const code = world.conditions.deliveryFailure;
      if (code !== null) {
        mark(
          sender,
          conversation,
          message,
          delivery('failed', {
            problem: {
              code,
              explanation: 'The phone could not be reached. It may be switched off or out of coverage.',
              remedy: 'Try again later, or call the customer.',
              canRetry: true,
            },
          }),
        );
        return;
      }
      mark(sender, conversation, message, delivery('delivered'));
      world.handsetTexts.get(conversation.row.requesterNumber)?.push({
        received: true,
        other: conversation.row.providerNumber,
        body: message.body,
        segments: message.segments,
        mediaUrls: message.media.map((it) => it.id),
        at: world.now(),
      });
      sender.changed(conversation);
    });
  });
}

export function mark(sender: Sender, conversation: FakeConversation, message: MessageView, view: MessageView['delivery']): void {
  message.delivery = view;
  settleRow(conversation);
  sender.changed(conversation);
}
