export { default as ScreeningPage } from './ScreeningPage.svelte';
