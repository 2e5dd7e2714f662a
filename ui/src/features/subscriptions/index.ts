export { default as StopCard } from './StopCard.svelte';
export { default as SubscriptionSection } from './SubscriptionSection.svelte';
