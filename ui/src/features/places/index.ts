export { default as PlaceField } from './PlaceField.svelte';
