/** The inbox's copy. */
import type { InboxList } from '../../ipc';

export const LISTS: readonly { list: InboxList; label: string }[] = [
  { list: 'new', label: 'New' },
  { list: 'ongoing', label: 'Ongoing' },
  { list: 'done', label: 'Done' },
];

export const EMPTY: Record<InboxList, { title: string; text: string }> = {
  new: { title: 'Nothing new', text: 'Texts that nobody has taken yet appear here.' },
  ongoing: { title: 'No open conversations', text: 'Take one from New, or answer one; it then lives here until you finish it.' },
  done: { title: 'Nothing finished yet', text: 'Conversations you finish stay here and can always be searched.' },
};
