export { default as CardsPage } from './CardsPage.svelte';
