export { default as DayJump } from './DayJump.svelte';
export { default as FindBar } from './FindBar.svelte';
export { default as SearchPage } from './SearchPage.svelte';
export { SearchStore } from './search.svelte';
