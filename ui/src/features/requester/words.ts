/** Where a conversation stands, in words. */
import type { ConversationAct, InteractionStateView, InteractionView, VirtualAgentHere } from '../../ipc';

export function stateWords(state: InteractionStateView): string {
  switch (state) {
    case 'new':
      return 'New';
    case 'workInProgress':
      return 'In progress';
    case 'onHold':
      return 'On hold';
    case 'wrapUp':
      return 'Wrapping up';
    case 'closedComplete':
      return 'Finished';
    case 'closedAbandoned':
      return 'Abandoned';
    case 'faulted':
      return 'Closed by an error';
  }
}

export const ACTS: Record<ConversationAct, { label: string; hint: string }> = {
  take: { label: 'Take', hint: 'Make it yours' },
  putBack: { label: 'Put back', hint: 'Back to New, for others' },
  hold: { label: 'Hold', hint: 'Wait; a new text resumes it' },
  resume: { label: 'Resume', hint: 'Carry on' },
  finish: { label: 'Finish', hint: 'Close the conversation' },
  finishWithoutWrapUp: { label: 'Finish without wrap-up', hint: 'Close the conversation at once' },
  askForHelp: { label: 'Ask for help', hint: 'Mark it for a supervisor' },
  endHelp: { label: 'Help is done', hint: 'Take the mark for a supervisor away' },
};

/** Whether help can be asked for, or is asked for already; `null` while nothing is open. */
export function helpActFor(interaction: InteractionView | null): 'askForHelp' | 'endHelp' | null {
  if (actsFor(interaction).length === 0) return null;
  return interaction?.helpRequestedAt ? 'endHelp' : 'askForHelp';
}

/** What can be done in a state, the most likely first. What the virtual agent does is nobody's to park or to put back. */
export function actsFor(interaction: InteractionView | null, bot: Pick<VirtualAgentHere, 'hasIt' | 'autopilot'> | null = null): ConversationAct[] {
  switch (interaction?.state) {
    case 'new':
      return ['take', 'finish'];
    case 'workInProgress':
      if (bot?.hasIt) return ['finish'];
      return bot?.autopilot ? ['finish', 'putBack'] : ['finish', 'hold', 'putBack'];
    case 'onHold':
      return ['resume', 'finish', 'putBack'];
    case 'wrapUp':
    case 'closedComplete':
    case 'closedAbandoned':
    case 'faulted':
    case undefined:
      return [];
  }
}

const regions = typeof Intl.DisplayNames === 'function' ? new Intl.DisplayNames(undefined, { type: 'region' }) : null;

export function territoryName(code: string): string {
  try {
    return regions?.of(code) ?? code;
  } catch {
    return code;
  }
}
