/** What the composer's slash can do beside canned replies: one line each (H-8). */
import type { QuickAction } from '../features/composer';
import { ACTS, actsFor, helpActFor } from '../features/requester';
import type { TransferPlace } from '../features/team';
import type { ConversationAct, ConversationView } from '../ipc';

export interface QuickActionSeams {
  view: ConversationView | null;
  act: (act: ConversationAct) => void;
  /** Calls the text back that is still held; `null` when none is. */
  undo: (() => void) | null;
  openDetails: () => void;
  /** Where the conversation can be handed on to. */
  places: readonly TransferPlace[];
  handOn: (to: TransferPlace) => void;
  /** Chooses a topic for the virtual agent to run (H-9). */
  runTopic: () => void;
  handBack: () => void;
  /** Finds a record that goes into the text (V-11). */
  putCard: () => void;
}

const TRANSFERS: Record<TransferPlace, { name: string; title: string }> = {
  agent: { name: 'ta', title: 'Transfer to an agent' },
  queue: { name: 'tq', title: 'Transfer to a queue' },
};

/** Name after the slash of each act. */
const NAMES: Record<ConversationAct, string> = {
  take: 'take',
  hold: 'hold',
  resume: 'resume',
  finish: 'finish',
  finishWithoutWrapUp: 'close',
  putBack: 'back',
  askForHelp: 'help',
  endHelp: 'nohelp',
};

const titleOf = (act: ConversationAct) => `${ACTS[act].label} — ${ACTS[act].hint.toLowerCase()}`;

export function quickActionsFor(seams: QuickActionSeams): QuickAction[] {
  const { view, act, undo, openDetails, places, handOn, runTopic, handBack, putCard } = seams;
  const interaction = view?.interaction ?? null;
  const help = helpActFor(interaction);
  return [
    ...(undo ? [{ name: 'undo', title: 'Call back the text that has not left', run: undo }] : []),
    ...(help ? [{ name: NAMES[help], title: titleOf(help), run: () => act(help) }] : []),
    ...actsFor(interaction, view?.virtualAgent).map((it) => ({ name: NAMES[it], title: titleOf(it), run: () => act(it) })),
    ...(view?.work ? places.map((to) => ({ ...TRANSFERS[to], run: () => handOn(to) })) : []),
    ...(view?.virtualAgent.mayRunTopic ? [{ name: 'autopilot', title: 'Let the virtual agent run a topic', run: runTopic }] : []),
    ...(view?.virtualAgent.mayHandBack ? [{ name: 'bot', title: 'Give back to the virtual agent', run: handBack }] : []),
    ...(view?.wrapsUp ? [{ name: NAMES.finishWithoutWrapUp, title: titleOf('finishWithoutWrapUp'), run: () => act('finishWithoutWrapUp') }] : []),
    { name: 'card', title: 'Put in a record of a table', run: putCard },
    { name: 'details', title: 'Show or hide details', run: openDetails },
  ];
}
