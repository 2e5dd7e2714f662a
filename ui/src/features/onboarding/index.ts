export { default as Blocked } from './Blocked.svelte';
export { default as CredentialFields } from './CredentialFields.svelte';
export { CredentialForm } from './credentials.svelte';
export { default as DoctorFindings } from './DoctorFindings.svelte';
export { default as FirstRun } from './FirstRun.svelte';
export { default as Frame } from './Frame.svelte';
export { default as Locked } from './Locked.svelte';
export { default as Restoring } from './Restoring.svelte';
export { default as Rotating } from './Rotating.svelte';
