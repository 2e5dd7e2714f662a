export { default as PeoplePage } from './PeoplePage.svelte';
export { default as PersonPicker } from './PersonPicker.svelte';
export { offerUndo } from './people.svelte';
