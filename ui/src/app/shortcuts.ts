/** Turns a key press into one of the desk's actions. */
import type { PaletteAction } from '../features/palette';
import { hasMod, isTyping, MOD } from '../lib/platform';

/** The name of what was pressed, in the words of {@link PaletteAction.keys}. */
export function pressed(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  if (!hasMod(event)) return key;
  // With the shortcut key held, a letter is another one with Shift; a sign has been changed by it already.
  return event.shiftKey && /^[A-Z]$/.test(key) ? `${MOD} Shift ${key}` : `${MOD} ${key}`;
}

export function onShortcut(event: KeyboardEvent, actions: readonly PaletteAction[], dialogOpen: boolean): void {
  if (event.defaultPrevented || event.altKey || event.isComposing || dialogOpen || isInDialog(event)) return;
  if ((event.ctrlKey || event.metaKey) && !hasMod(event)) return;
  const keys = pressed(event);
  const typing = isTyping(event);
  const action = actions.find((it) => it.keys === keys && it.available !== false && (!typing || it.whileTyping === true));
  if (!action) return;
  event.preventDefault();
  action.run();
}

/** Whoever is in a dialog means the dialog, also one that a feature has opened by itself. */
function isInDialog(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest('[role="dialog"], [role="alertdialog"]') !== null;
}
