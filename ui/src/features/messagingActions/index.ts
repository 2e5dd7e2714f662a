export { default as MessagingActionsPage } from './MessagingActionsPage.svelte';
