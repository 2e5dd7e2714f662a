export { default as NewMessage } from './NewMessage.svelte';
