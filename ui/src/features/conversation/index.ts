export { default as Lightbox } from './Lightbox.svelte';
export { default as LinkDialog } from './LinkDialog.svelte';
export { default as SaveMediaDialog } from './SaveMediaDialog.svelte';
export { default as Thread } from './Thread.svelte';
export { ThreadStore } from './thread.svelte';
