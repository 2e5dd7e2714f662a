export { default as RemoveTextDialog } from './RemoveTextDialog.svelte';
