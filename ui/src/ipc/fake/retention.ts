/** What is kept for how long, and legal holds, as a desk without a file answers. */
import type { Answer } from '../backend';
import type { HoldView } from '../bindings';
import { refuse, type CommandTable, type Seams } from './commands';

type RetentionCommands = Pick<
  CommandTable,
  'retention' | 'update_retention' | 'preview_retention' | 'agree_to_retention' | 'cancel_retention' | 'conversation_holds' | 'person_holds' | 'place_hold' | 'release_hold'
>;

export function retentionCommands({ world }: Seams): RetentionCommands {
  const KEEP = { texts: null, pictures: null, notes: null };
  let view: Answer<'retention'> = { wanted: KEEP, inForce: KEEP, awaitsAgreement: false, agreedBy: null, agreedAt: null, running: null, past: [], nextAt: null, holds: [], mayChange: true };
  const held = new Map<string, number | string>();
  const holdsOn = (id: number | string): Answer<'conversation_holds'> => ({ holds: view.holds.filter((hold) => held.get(hold.id) === id), keptSince: null, person: null, mayChange: true });
  return {
    retention: () => view,
    update_retention: (wanted) => (view = { ...view, wanted, awaitsAgreement: JSON.stringify(wanted) !== JSON.stringify(view.inForce) }),
    preview_retention: () => ({ ages: view.wanted, texts: 0, pictures: 0, pictureBytes: 0, notes: 0, conversations: 0, oldest: null, newest: null, heldBack: [], confirmation: 'delete' }),
    agree_to_retention: () => (view = { ...view, inForce: view.wanted, awaitsAgreement: false, agreedBy: 'You', agreedAt: world.now() }),
    cancel_retention: () => view,
    conversation_holds: ({ conversationId }) => holdsOn(conversationId),
    person_holds: ({ personId }) => holdsOn(personId),
    place_hold: ({ on, reason }) => {
      if (reason.trim() === '') refuse('invalidInput', 'A legal hold needs a reason, also when it is released.', '');
      const hold: HoldView = { id: crypto.randomUUID(), subject: 'This conversation', isPerson: false, reason, by: 'You', at: world.now(), conversations: 1 };
      const subject = on.kind === 'person' ? on.personId : on.conversationId;
      held.set(hold.id, subject);
      view = { ...view, holds: [...view.holds, hold] };
      return holdsOn(subject);
    },
    release_hold: ({ id }) => (view = { ...view, holds: view.holds.filter((hold) => hold.id !== id) }),
  };
}
