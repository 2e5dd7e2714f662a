/** Sounds of notifications, by what they are like: a desktop plays its own under that name, and Tern one where it plays none. */
import type { NotificationSound } from '../../ipc';

export const SOUNDS: readonly { value: NotificationSound; label: string }[] = [
  { value: 'message', label: 'Message' },
  { value: 'bell', label: 'Bell' },
  { value: 'chime', label: 'Chime' },
  { value: 'ring', label: 'Telephone' },
  { value: 'warning', label: 'Warning' },
  { value: 'silent', label: 'None' },
];

/** The sound of a menu's value; `null` = the usual one. */
export function soundOf(value: string): NotificationSound | null {
  return SOUNDS.find((sound) => sound.value === value)?.value ?? null;
}
