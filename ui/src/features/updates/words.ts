/** Words of notifications. */
import type { NotificationDraft, NotificationPreview, RecipientStateView, RunView } from '../../ipc';
import { count, counted } from '../../lib/words';

export const STATES: readonly { value: RecipientStateView; label: string }[] = [
  { value: 'sent', label: 'Sent' },
  { value: 'planned', label: 'Next' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'refused', label: 'Not sent' },
  { value: 'dropped', label: 'Dropped' },
];

/** Milliseconds between two looks at what is under way. */
export const LOOK_EVERY = 1500;

/** How many of a run stand where, the empty ones left out. */
export function counts(run: RunView): string {
  const parts = STATES.filter(({ value }) => run[value] > 0).map(({ value, label }) => `${count(run[value])} ${label.toLowerCase()}`);
  return parts.length === 0 ? 'Nobody yet' : parts.join(' · ');
}

/** What a notification would come to now. */
export function forecast(preview: NotificationPreview): string {
  if (preview.total === 0) return 'It is for nobody now.';
  const gets = preview.sent === 0 ? 'Nobody gets it now' : preview.sent === 1 ? '1 person gets it now' : `${count(preview.sent)} people get it now`;
  const later = preview.waiting > 0 ? `, ${count(preview.waiting)} later` : '';
  const not = preview.refused > 0 ? `, ${count(preview.refused)} not at all` : '';
  return `${gets}${later}${not}: ${counted(preview.allSegments, 'segment', 'segments')} in all.`;
}

/** What that costs, as far as it is known. */
export function price(preview: NotificationPreview): string {
  if (preview.picture !== null) return 'Price not known: a picture costs more than a text.';
  if (preview.price === null || preview.allPrices === null) return 'Price not known: enter what a segment costs under “Rules for all of them”.';
  return `${preview.price} each, ${preview.sent + preview.waiting === 0 ? 'nothing now' : `${preview.allPrices} in all`}.`;
}

export function blank(id: string, heading: string): NotificationDraft {
  return {
    id,
    name: '',
    active: true,
    table: null,
    onInsert: false,
    onUpdate: false,
    condition: '',
    people: [],
    fields: [],
    roles: [],
    subscribers: false,
    includeOriginator: false,
    heading,
    kind: 'simple',
    text: '',
    cardFields: [],
    link: '',
    altText: '',
    actions: [],
    canSkip: true,
    keepHours: 8,
    provider: null,
  };
}

/** `21:30` for minutes of a day, and back; `null` for what is no time. */
export const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
export function minutesOf(time: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(time);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}
