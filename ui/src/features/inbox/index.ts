export { default as Inbox } from './Inbox.svelte';
export { default as ListRow } from './ListRow.svelte';
export { default as ViewsDialog } from './ViewsDialog.svelte';
export { InboxStore } from './inbox.svelte';
export type { ListChoice } from './words';
