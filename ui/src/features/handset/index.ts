export { default as HandsetPane } from './HandsetPane.svelte';
