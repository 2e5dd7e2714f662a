export { default as Bubble } from './Bubble.svelte';
export type { PhonePicture } from './handset.svelte';
export { default as HandsetPane } from './HandsetPane.svelte';
export { default as Phone } from './Phone.svelte';
export { default as PhoneWriter } from './PhoneWriter.svelte';
