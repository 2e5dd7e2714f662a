/** The keys of the designer. */
import { hasMod, isTyping } from '../../lib/platform';
import type { Direction } from './walk';

export type Command =
  | { do: 'undo' | 'redo' | 'find' | 'copy' | 'cut' | 'paste' | 'duplicate' | 'all' | 'add' | 'edit' | 'delete' | 'leave' | 'start' | 'tidy' | 'fit' | 'zoomIn' | 'zoomOut' | 'keys' }
  | { do: 'go' | 'extend' | 'move'; direction: Direction };

const ARROWS: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
const PLAIN: Record<string, Command> = {
  n: { do: 'add' },
  Enter: { do: 'edit' },
  Delete: { do: 'delete' },
  Backspace: { do: 'delete' },
  Escape: { do: 'leave' },
  Home: { do: 'start' },
  t: { do: 'tidy' },
  '1': { do: 'fit' },
  '+': { do: 'zoomIn' },
  '=': { do: 'zoomIn' },
  '-': { do: 'zoomOut' },
  '?': { do: 'keys' },
};
/** Everywhere in the designer, also while something is typed. */
const ALWAYS: Record<string, Command> = { z: { do: 'undo' }, y: { do: 'redo' }, f: { do: 'find' } };
const WITH_MOD: Record<string, Command> = { c: { do: 'copy' }, x: { do: 'cut' }, v: { do: 'paste' }, d: { do: 'duplicate' }, a: { do: 'all' } };

/** What a key press asks for; `onCanvas` while the canvas has the keyboard. */
export function commandOf(event: KeyboardEvent, onCanvas: boolean): Command | null {
  if (event.isComposing) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (hasMod(event) && !event.altKey) {
    if (event.shiftKey && key === 'z') return { do: 'redo' };
    if (event.shiftKey) return null;
    return ALWAYS[key] ?? (onCanvas ? (WITH_MOD[key] ?? null) : null);
  }
  if (event.ctrlKey || event.metaKey) return null;
  if (event.key === 'Escape') return { do: 'leave' };
  if (!onCanvas || isTyping(event)) return null;
  const direction = ARROWS[event.key];
  if (direction) return { do: event.altKey ? 'move' : event.shiftKey ? 'extend' : 'go', direction };
  return event.altKey ? null : (PLAIN[key] ?? null);
}
