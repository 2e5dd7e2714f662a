export { default as VirtualAgentPage } from './VirtualAgentPage.svelte';
