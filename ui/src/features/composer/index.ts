export { default as CardDialog } from './CardDialog.svelte';
export { default as Composer } from './Composer.svelte';
export { ComposerStore } from './composer.svelte';
export type { QuickAction } from './slash';
