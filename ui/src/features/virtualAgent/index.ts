export { default as PartToggles } from './PartToggles.svelte';
export { default as VirtualAgentPage } from './VirtualAgentPage.svelte';
export { VirtualAgentStore } from './virtualAgent.svelte';
export { IDENTITY_PARTS, SECOND_FACTORS, type SecondFactor } from './words';
