export { default as BackupHint } from './BackupHint.svelte';
export { default as BackupPage } from './BackupPage.svelte';
export { default as RestoreForm } from './RestoreForm.svelte';
