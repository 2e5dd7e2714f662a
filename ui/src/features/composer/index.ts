export { default as Composer } from './Composer.svelte';
export { ComposerStore } from './composer.svelte';
export type { QuickAction } from './slash';
