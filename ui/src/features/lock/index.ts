export { followActivity } from './activity';
export { default as LockScreen } from './LockScreen.svelte';
export { default as LockSection } from './LockSection.svelte';
