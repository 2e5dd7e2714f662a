/** Messaging actions in plain sentences, and waits in the units people think in. */
import type { MessagingActionDraft, SettableState } from '../../ipc';
import { counted } from '../../lib/words';

export type WaitUnit = 'minutes' | 'hours' | 'days';

export const MINUTES: Record<WaitUnit, number> = { minutes: 1, hours: 60, days: 1440 };

/** The largest unit that says a wait in whole numbers. */
export function unitOf(minutes: number): WaitUnit {
  if (minutes > 0 && minutes % MINUTES.days === 0) return 'days';
  if (minutes > 0 && minutes % MINUTES.hours === 0) return 'hours';
  return 'minutes';
}

export function waitWords(minutes: number): string {
  const unit = unitOf(minutes);
  return counted(minutes / MINUTES[unit], unit.slice(0, -1), unit);
}

export const STATES: Record<SettableState, string> = {
  workInProgress: 'In progress',
  onHold: 'On hold',
  closedComplete: 'Finished',
  closedAbandoned: 'Abandoned',
};

/** The whole action in one sentence. */
export function sentence(action: MessagingActionDraft): string {
  const wait = waitWords(action.afterMinutes);
  const when = action.event === 'customerWaits' ? `When a customer has waited ${wait} for an answer` : `When a customer has not answered for ${wait}`;
  const filter = action.filter.trim() === 'true' ? '' : ', and the condition holds';
  switch (action.act.kind) {
    case 'promptAgent':
      return `${when}${filter}, remind the team.`;
    case 'promptRequester':
      return `${when}${filter}, send the customer a text.`;
    case 'reassign':
      return `${when}${filter}, take the agent off and make it new work again.`;
    case 'setState': {
      const { state } = action.act;
      const closes = state === 'closedComplete' || state === 'closedAbandoned';
      return `${when}${filter}, ${closes ? 'close the conversation as' : 'put the conversation into'} “${STATES[state]}”.`;
    }
  }
}
