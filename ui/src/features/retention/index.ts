export { default as HoldSection } from './HoldSection.svelte';
export { default as RetentionPage } from './RetentionPage.svelte';
