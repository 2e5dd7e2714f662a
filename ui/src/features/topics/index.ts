export { default as TopicsPage } from './TopicsPage.svelte';
