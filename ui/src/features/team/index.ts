export { default as OfferCards } from './OfferCards.svelte';
export { default as PresenceMenu } from './PresenceMenu.svelte';
export { default as SignInDialog } from './SignInDialog.svelte';
export { default as TransferDialog } from './TransferDialog.svelte';
export { default as WhyDialog } from './WhyDialog.svelte';
export { default as WorkStrip } from './WorkStrip.svelte';
export { TeamStore } from './team.svelte';
