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

/** Lists without a tab of their own. */
export const GUESTS = { snoozed: 'Snoozed', withVirtualAgent: 'With the virtual agent', helpWanted: 'Help wanted' } as const;

/** What a list is called; `null` for a saved view, which has its own name. */
export function labelOf(choice: ListChoice): string | null {
  if (choice in GUESTS) return GUESTS[choice as keyof typeof GUESTS];
  return LISTS.find((it) => it.list === choice)?.label ?? null;
}

export const EMPTY: Record<InboxList, { title: string; text: string }> = {
  new: { title: 'Nothing new', text: 'Texts that nobody has taken yet appear here.' },
  ongoing: { title: 'No open conversations', text: 'Take one from New, or answer one; it then lives here until you finish it.' },
  withVirtualAgent: { title: 'Nobody talks with it', text: 'Conversations that the virtual agent answers are here until it hands them over or they end.' },
  done: { title: 'Nothing finished yet', text: 'Conversations you finish stay here and can always be searched.' },
  helpWanted: { title: 'Nobody needs help', text: 'When an agent asks a supervisor for help, the conversation appears here, the longest wait first.' },
  snoozed: { title: 'Nothing snoozed', text: 'Put a conversation away with Z; it comes back at its time, or when the customer writes.' },
};

export const EMPTY_VIEW = { title: 'Nothing fits this view', text: 'Conversations appear here as soon as its condition holds.' };
