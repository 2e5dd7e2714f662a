export { default as AutopilotBar } from './AutopilotBar.svelte';
export { default as AutopilotDialog } from './AutopilotDialog.svelte';
export { default as HandoverCard } from './HandoverCard.svelte';
export { default as Mood } from './Mood.svelte';
