export { default as TablesPage } from './TablesPage.svelte';
