import AlarmClock from '@lucide/svelte/icons/alarm-clock';
import CalendarSearch from '@lucide/svelte/icons/calendar-search';
import NotebookPen from '@lucide/svelte/icons/notebook-pen';
import Pin from '@lucide/svelte/icons/pin';
import TextSearch from '@lucide/svelte/icons/text-search';
import type { ConversationRow } from '../ipc';
import { MOD } from '../lib/platform';
import { TestId } from '../lib/testIds';

/** Something small that can be done with an open conversation, at hand in its head or in its menu. */
export interface Mark {
  label: string;
  keys: string;
  icon: typeof Pin;
  /** Whether it is on; `undefined` for what only opens something. */
  pressed?: boolean;
  testId?: string;
  run: () => void;
}

interface Doing {
  row: ConversationRow;
  finding: boolean;
  writesNote: boolean;
  find: () => void;
  goToDay: () => void;
  writeNote: () => void;
  pin: () => void;
  snooze: () => void;
}

/** Widths of the pane in pixels below which the head keeps fewer of them, so that the name stays readable. */
const ROOMY = 720;
const NARROW = 520;

/** What looks into the past first: it gives way first. */
export function marksFor(doing: Doing): Mark[] {
  const marks: Mark[] = [
    { label: 'Find in this conversation', keys: `${MOD} F`, icon: TextSearch, pressed: doing.finding, run: doing.find },
    { label: 'Go to a day', keys: `${MOD} J`, icon: CalendarSearch, testId: TestId.DayJumpOpen, run: doing.goToDay },
    { label: 'Private note', keys: 'N', icon: NotebookPen, pressed: doing.writesNote, testId: TestId.NoteToggle, run: doing.writeNote },
  ];
  if (doing.row.list === 'done') return marks;
  return [
    ...marks,
    { label: doing.row.pinned ? 'Take the pin off' : 'Pin', keys: 'P', icon: Pin, pressed: doing.row.pinned, testId: TestId.PinToggle, run: doing.pin },
    { label: 'Snooze', keys: 'Z', icon: AlarmClock, pressed: doing.row.snoozedUntil !== null, testId: TestId.SnoozeOpen, run: doing.snooze },
  ];
}

/** Those that the head of a pane so wide shows, and those left to the menu. */
export function share(marks: readonly Mark[], width: number): { shown: readonly Mark[]; inMenu: readonly Mark[] } {
  const left = width >= ROOMY ? 0 : width >= NARROW ? 2 : marks.length;
  return { shown: marks.slice(left), inMenu: marks.slice(0, left) };
}
