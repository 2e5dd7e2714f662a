export { default as WrapUpPage } from './WrapUpPage.svelte';
export { default as WrapUpPanel } from './WrapUpPanel.svelte';
