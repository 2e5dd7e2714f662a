export { default as RepliesPage } from './RepliesPage.svelte';
