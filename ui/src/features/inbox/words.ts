/** The inbox's copy. */
import type { InboxList } from '../../ipc';

/** A list of the inbox, or a saved view by its id. */
export type ListChoice = InboxList | `view:${string}`;

export function viewIdOf(choice: ListChoice): string | null {
  return choice.startsWith('view:') ? choice.slice('view:'.length) : null;
}

export const LISTS: readonly { list: InboxList; label: string }[] = [
  { list: 'new', label: 'New' },
  { list: 'ongoing', label: 'Ongoing' },
  { list: 'done', label: 'Done' },
];

export const EMPTY: Record<InboxList, { title: string; text: string }> = {
  new: { title: 'Nothing new', text: 'Texts that nobody has taken yet appear here.' },
  ongoing: { title: 'No open conversations', text: 'Take one from New, or answer one; it then lives here until you finish it.' },
  done: { title: 'Nothing finished yet', text: 'Conversations you finish stay here and can always be searched.' },
  helpWanted: { title: 'Nobody needs help', text: 'When an agent asks a supervisor for help, the conversation appears here, the longest wait first.' },
  snoozed: { title: 'Nothing snoozed', text: 'Put a conversation away with Z; it comes back at its time, or when the customer writes.' },
};

export const EMPTY_VIEW = { title: 'Nothing fits this view', text: 'Conversations appear here as soon as its condition holds.' };
