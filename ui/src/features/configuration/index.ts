export { default as ConfigurationPage } from './ConfigurationPage.svelte';
