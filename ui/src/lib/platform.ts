/** Which keys this computer calls what. */
const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Name of the key that goes with shortcuts. */
export const MOD = apple ? '⌘' : 'Ctrl';

/** The shortcut key is held. */
export function hasMod(event: KeyboardEvent | MouseEvent): boolean {
  return apple ? event.metaKey : event.ctrlKey;
}

/** The event comes from somewhere text is typed, where single letters are not shortcuts. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range', 'file'].includes(target.type)))
  );
}
