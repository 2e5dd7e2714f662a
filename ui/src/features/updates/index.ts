export { default as UpdatesPage } from './UpdatesPage.svelte';
