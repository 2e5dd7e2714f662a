export { default as JobTray } from './JobTray.svelte';
export { JobStore } from './jobs.svelte';
