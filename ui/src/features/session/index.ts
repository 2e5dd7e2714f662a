export { default as ConnectionBar } from './ConnectionBar.svelte';
export { default as DamageBar } from './DamageBar.svelte';
export { Session } from './session.svelte';
export { default as SilenceMark } from './SilenceMark.svelte';
export { default as StatusBar } from './StatusBar.svelte';
export { rebuiltWords, soundTriedWords, triedWords } from './words';
