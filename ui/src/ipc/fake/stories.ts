/** Conversations written by hand: together they show every mark, state and exception a thread can have. */
import type { DeliveryView, InboxList, MediaView } from '../bindings';
import { delivery, picture } from './world';

/** What the bot is called. */
export const VIRTUAL_AGENT = 'Virtual agent';

export interface Line {
  /** Minutes before now. */
  ago: number;
  from: 'them' | 'us';
  body: string;
  delivery?: DeliveryView;
  media?: MediaView[];
  /** Whoever wrote it for the team; {@link VIRTUAL_AGENT} for the bot. */
  author?: string;
  redacted?: boolean;
}

export interface Story {
  name: string | null;
  number: string;
  list: InboxList;
  lines: Line[];
  unread?: number;
  draft?: string;
  optedOut?: boolean;
  territory?: string;
  assignedTo?: string;
  onHold?: boolean;
  /** The virtual agent had it first. */
  handedOver?: boolean;
}

const DAY = 24 * 60;

export function stories(now: number): Story[] {
  return [
    {
      name: 'Maya Okafor',
      number: '+12065550142',
      list: 'ongoing',
      assignedTo: 'Robin Vale',
      unread: 2,
      lines: [
        { ago: 3 * DAY + 64, from: 'them', body: 'Hello! I ordered the oak bench, order 40718. Is Thursday still the day?' },
        { ago: 3 * DAY + 60, from: 'us', body: 'Hi Maya, yes: Thursday between 9 and 12. The driver calls half an hour before.' },
        { ago: 3 * DAY + 58, from: 'them', body: 'Perfect, thank you' },
        { ago: 49, from: 'them', body: 'The bench came, but one leg is cracked.' },
        { ago: 48, from: 'them', body: '', media: [picture('crack-1')] },
        { ago: 41, from: 'us', body: "Oh no, I'm sorry about that. Thank you for the photo, it is very clear." },
        { ago: 40, from: 'us', body: 'I can send a new leg with the fitting screws, or we swap the whole bench. Which suits you better?' },
        { ago: 6, from: 'them', body: 'A new leg is fine, I have the tools.' },
        { ago: 5, from: 'them', body: 'Could it be here before Saturday? We have guests.' },
      ],
    },
    {
      name: 'Jonas Weber',
      number: '+14155550187',
      list: 'new',
      unread: 1,
      lines: [{ ago: 2, from: 'them', body: 'Hi, do you also repair chairs that were not bought from you?' }],
    },
    {
      name: null,
      number: '+13125550119',
      list: 'new',
      unread: 3,
      lines: [
        { ago: 17, from: 'them', body: 'Is anybody there?' },
        { ago: 16, from: 'them', body: 'My delivery says "done" but there is nothing at the door' },
        { ago: 14, from: 'them', body: '', media: [picture('door-2')] },
      ],
    },
    {
      name: 'Priya Raman',
      number: '+16465550133',
      handedOver: true,
      list: 'ongoing',
      assignedTo: 'Robin Vale',
      lines: [
        { ago: 136, from: 'them', body: 'Hello' },
        { ago: 135, from: 'us', body: 'Hello! I am the virtual agent. What is it about?', author: VIRTUAL_AGENT },
        { ago: 135, from: 'us', body: 'Write “agent” at any time to reach a person.', author: VIRTUAL_AGENT },
        { ago: 130, from: 'them', body: 'Can you send me the care sheet for oiled oak?' },
        {
          ago: 74,
          from: 'us',
          body: 'Of course: www.example.org/care/oak. Twice a year is enough.',
          delivery: delivery('uncertain'),
        },
      ],
    },
    {
      name: 'Tomás Herrera',
      number: '+15125550164',
      list: 'ongoing',
      assignedTo: 'Robin Vale',
      lines: [
        { ago: 200, from: 'them', body: 'Please confirm the pick-up for tomorrow.' },
        {
          ago: 188,
          from: 'us',
          body: 'Confirmed: tomorrow, 14:00, gate B.',
          delivery: delivery('failed', {
            problem: {
              code: 30003,
              explanation: 'The phone could not be reached. It may be switched off or out of coverage.',
              remedy: 'Try again later, or call the customer.',
              canRetry: true,
            },
          }),
        },
      ],
    },
    {
      name: 'Elin Sandberg',
      number: '+16175550171',
      list: 'ongoing',
      assignedTo: 'Robin Vale',
      draft: 'Good news: the fabric samples left this morning, and',
      lines: [
        { ago: 320, from: 'them', body: 'Any news on the fabric samples? I’d love the green one 💚' },
        { ago: 311, from: 'us', body: 'I am asking the workshop and come back to you today.', delivery: delivery('read') },
      ],
    },
    {
      name: 'Ruth Adeyemi',
      number: '+14045550128',
      list: 'ongoing',
      assignedTo: 'Sam Ortiz',
      onHold: true,
      lines: [
        { ago: 26 * 60, from: 'them', body: 'Which glue do I need for the table top?' },
        { ago: 25 * 60, from: 'us', body: 'I have asked our joiner, who is back tomorrow.', author: 'Sam Ortiz', delivery: delivery('delivered') },
      ],
    },
    {
      name: 'Victor Lind',
      number: '+13035550155',
      list: 'ongoing',
      optedOut: true,
      assignedTo: 'Robin Vale',
      lines: [
        { ago: 2 * DAY, from: 'us', body: 'Your invoice is ready. Reply STOP to end these texts.', author: 'Sam Ortiz', delivery: delivery('delivered') },
        { ago: 2 * DAY - 4, from: 'them', body: 'STOP' },
      ],
    },
    {
      name: 'Dana Kowalski',
      number: '+12135550190',
      list: 'new',
      unread: 1,
      lines: [
        { ago: 58, from: 'them', body: 'Two pictures of the shelf, as you asked' },
        {
          ago: 57,
          from: 'them',
          body: '',
          media: [picture('shelf-3', 'pending'), picture('shelf-4', 'unavailable', 'Refused: this is not the picture it says it is.')],
        },
      ],
    },
    {
      name: 'Noor Haddad',
      number: '+17025550146',
      list: 'ongoing',
      assignedTo: 'Robin Vale',
      lines: [
        { ago: 95, from: 'them', body: 'My PIN is ••••', redacted: true },
        { ago: 93, from: 'us', body: 'Thank you, that is all I need.', delivery: delivery('sent') },
        { ago: 92, from: 'us', body: 'Your new address is saved.', delivery: delivery('sending') },
        { ago: 1, from: 'us', body: 'One more thing: shall I move the date as well?', delivery: delivery('waiting') },
        { ago: 0, from: 'us', body: 'We have Friday and Monday.', delivery: delivery('held', { heldUntil: now + 20_000 }) },
      ],
    },
    {
      name: 'Grace Liu',
      number: '+12065550199',
      list: 'done',
      lines: [
        { ago: 4 * DAY, from: 'them', body: 'All good now, thanks!' },
        { ago: 4 * DAY - 2, from: 'us', body: 'Glad to hear it. Have a lovely weekend!', delivery: delivery('read') },
      ],
    },
  ];
}
