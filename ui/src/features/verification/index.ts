export { default as AccountLink } from './AccountLink.svelte';
export { default as AppEnrolment } from './AppEnrolment.svelte';
export { default as LockedPage } from './LockedPage.svelte';
export { default as ProofSection } from './ProofSection.svelte';
export { default as Verification } from './Verification.svelte';
