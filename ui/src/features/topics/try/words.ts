/** What the handset beside the canvas says, and what it offers to send. */
import type { TryReply, TryWait } from '../../../ipc';
import { counted } from '../../../lib/words';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Steps of the clock. */
export const CLOCK_STEPS: readonly { label: string; ms: number }[] = [
  { label: '+1 min', ms: MINUTE },
  { label: '+10 min', ms: 10 * MINUTE },
  { label: '+1 h', ms: HOUR },
  { label: '+2 h', ms: 2 * HOUR },
];

export interface QuickInput {
  label: string;
  text: string;
  media: string[];
}

const SENTENCE = 'This is a customer who has a lot to tell and does not know where to stop. ';

/** Inputs that customers send and authors forget. */
export function quickInputs(lastReply: string | null): QuickInput[] {
  const quoted = (lastReply ?? 'Hello').split('\n')[0] ?? '';
  return [
    { label: 'Nothing at all', text: '', media: [] },
    { label: 'Thumbs up', text: '👍', media: [] },
    { label: 'A tapback', text: `Liked “${quoted}”`, media: [] },
    { label: 'STOP', text: 'STOP', media: [] },
    { label: 'HELP', text: 'HELP', media: [] },
    { label: 'A picture without words', text: '', media: ['image/jpeg'] },
    { label: 'A PDF', text: '', media: ['application/pdf'] },
    { label: 'Ten parts of text', text: SENTENCE.repeat(21).trim(), media: [] },
    { label: 'Nonsense', text: 'asdf', media: [] },
  ];
}

/** What a text costs, in a line below it. */
export function costLine(reply: TryReply): string {
  const parts = counted(reply.segments, 'part', 'parts');
  if (reply.costly === null) return parts;
  return `${parts}: “${reply.costly}” makes each hold ${reply.segments > 1 ? 67 : 70} characters`;
}

/** When a text leaves, if not at once. */
export function delayLine(reply: TryReply): string | null {
  return reply.delayMs > 0 ? `leaves about ${Math.round(reply.delayMs / 1_000)} s after the one before` : null;
}

/** What a trial can go on with. */
export function waitLine(waitsFor: TryWait): string {
  switch (waitsFor) {
    case 'words':
      return 'Waits for the customer.';
    case 'time':
      return 'Pauses: move the clock.';
    case 'answer':
      return 'Waits for another system.';
    case 'somebody':
      return 'Wants to hand over. Is somebody there?';
    case 'agent':
      return 'In the queue: waits for an agent.';
    case 'handBack':
      return 'An agent has it. The virtual agent is silent.';
    case 'nothing':
      return 'The conversation is over.';
  }
}

/** A span of time in words. */
export function spanWords(ms: number): string {
  if (ms < MINUTE) return `${Math.max(1, Math.round(ms / 1_000))} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.round((ms - hours * HOUR) / MINUTE);
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
}
