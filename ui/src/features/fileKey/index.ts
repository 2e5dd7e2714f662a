export { default as KeySection } from './KeySection.svelte';
export { default as RecoverySection } from './RecoverySection.svelte';
