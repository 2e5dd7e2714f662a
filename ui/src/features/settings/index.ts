export { ENTRIES, type SettingEntry } from './entries';
export { pageLabel } from './pages';
export { default as SettingsDialog } from './SettingsDialog.svelte';
