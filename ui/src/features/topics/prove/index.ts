export { default as FiguresPane } from './FiguresPane.svelte';
export { default as ProvePane } from './ProvePane.svelte';
