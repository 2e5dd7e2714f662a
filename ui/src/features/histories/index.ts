export { default as HistoriesPage } from './HistoriesPage.svelte';
