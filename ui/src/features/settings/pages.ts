/** The pages of the settings, in the groups of their navigation. */
import ArchiveX from '@lucide/svelte/icons/archive-x';
import Bell from '@lucide/svelte/icons/bell';
import DatabaseBackup from '@lucide/svelte/icons/database-backup';
import Bot from '@lucide/svelte/icons/bot';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import History from '@lucide/svelte/icons/history';
import EyeOff from '@lucide/svelte/icons/eye-off';
import FileCog from '@lucide/svelte/icons/file-cog';
import Info from '@lucide/svelte/icons/info';
import KeyRound from '@lucide/svelte/icons/key-round';
import LayoutList from '@lucide/svelte/icons/layout-list';
import Megaphone from '@lucide/svelte/icons/megaphone';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import Palette from '@lucide/svelte/icons/palette';
import Phone from '@lucide/svelte/icons/phone';
import Route from '@lucide/svelte/icons/route';
import Send from '@lucide/svelte/icons/send';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Table from '@lucide/svelte/icons/table-2';
import Timer from '@lucide/svelte/icons/timer';
import Users from '@lucide/svelte/icons/users';

export const PAGES = [
  { group: 'Desk', id: 'notifications', label: 'Notifications', icon: Bell },
  { group: 'Desk', id: 'sending', label: 'Sending', icon: Send },
  { group: 'Desk', id: 'appearance', label: 'Appearance', icon: Palette },
  { group: 'Desk', id: 'cards', label: 'Inbox cards', icon: LayoutList },
  { group: 'Customers', id: 'replies', label: 'Canned replies', icon: MessageSquareText },
  { group: 'Customers', id: 'screening', label: 'Sensitive data', icon: EyeOff },
  { group: 'Customers', id: 'identity', label: 'Identity', icon: KeyRound },
  { group: 'Customers', id: 'actions', label: 'Messaging actions', icon: Timer },
  { group: 'Customers', id: 'updates', label: 'Update notifications', icon: Megaphone },
  { group: 'Customers', id: 'wrapUp', label: 'Wrap-up', icon: ClipboardCheck },
  { group: 'Virtual agent', id: 'virtualAgent', label: 'Virtual agent', icon: Bot },
  { group: 'Virtual agent', id: 'tables', label: 'Tables', icon: Table },
  { group: 'Team', id: 'team', label: 'Agents and groups', icon: Users },
  { group: 'Team', id: 'routing', label: 'Queues', icon: Route },
  { group: 'Tern', id: 'account', label: 'Account', icon: Phone },
  { group: 'Tern', id: 'security', label: 'Security', icon: ShieldCheck },
  { group: 'Tern', id: 'backup', label: 'Backup', icon: DatabaseBackup },
  { group: 'Tern', id: 'retention', label: 'Retention', icon: ArchiveX },
  { group: 'Tern', id: 'histories', label: 'Import history', icon: History },
  { group: 'Tern', id: 'configuration', label: 'Configuration', icon: FileCog },
  { group: 'Tern', id: 'about', label: 'About', icon: Info },
] as const;

export type PageId = (typeof PAGES)[number]['id'];

/** The groups with their pages, in order. */
export const GROUPS = [...new Set(PAGES.map((page) => page.group))].map((name) => ({
  name,
  pages: PAGES.filter((page) => page.group === name),
}));

export function pageLabel(id: PageId): string {
  return PAGES.find((page) => page.id === id)?.label ?? id;
}
