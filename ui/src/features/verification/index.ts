export { default as LockedPage } from './LockedPage.svelte';
export { default as Verification } from './Verification.svelte';
