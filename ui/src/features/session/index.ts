export { default as ConnectionBar } from './ConnectionBar.svelte';
export { Session } from './session.svelte';
export { default as StatusBar } from './StatusBar.svelte';
export { fractionDone } from './words';
