export { default as SnoozeDialog } from './SnoozeDialog.svelte';
