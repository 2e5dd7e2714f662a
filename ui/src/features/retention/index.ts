export { default as HoldDialog } from './HoldDialog.svelte';
export { default as HoldSection } from './HoldSection.svelte';
export { default as HoldSign } from './HoldSign.svelte';
export { default as RetentionPage } from './RetentionPage.svelte';
