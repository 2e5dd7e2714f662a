export { ConditionStore } from './condition.svelte';
export { default as ConditionEditor } from './ConditionEditor.svelte';
