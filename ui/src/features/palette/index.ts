export type { PaletteAction } from './actions';
export { default as Palette } from './Palette.svelte';
export { default as ShortcutSheet } from './ShortcutSheet.svelte';
