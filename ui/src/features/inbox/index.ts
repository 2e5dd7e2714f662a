export { default as Inbox } from './Inbox.svelte';
export { InboxStore } from './inbox.svelte';
