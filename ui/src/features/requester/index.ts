export { default as Acts } from './Acts.svelte';
export { default as RequesterPane } from './RequesterPane.svelte';
export { ACTS, actsFor, helpActFor } from './words';
