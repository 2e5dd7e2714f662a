export { default as JobTray } from './JobTray.svelte';
export { JobStore } from './jobs.svelte';
export { default as QuitDialog } from './QuitDialog.svelte';
