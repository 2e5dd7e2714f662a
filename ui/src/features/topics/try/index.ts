export { default as TryPane } from './TryPane.svelte';
