/**
 * Puts the cursor into a field that somebody asked for just now. `autofocus` would leave it where it is: on the button
 * that was pressed, or in the words that are being written. Dialogs see to theirs themselves.
 */
export function takeFocus(element: HTMLElement): void {
  element.focus();
}
