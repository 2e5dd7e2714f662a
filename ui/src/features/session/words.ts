/** The state of the connection, in words. */
import type { Connection, NotificationState, Rebuilt, SilenceView } from '../../ipc';
import { comingTime } from '../../lib/time';
import { counted } from '../../lib/words';

export function connectionWords(connection: Connection): string {
  switch (connection.kind) {
    case 'notConnected':
      return 'Not connected';
    case 'connecting':
      return 'Connecting';
    case 'online':
      return 'Online';
    case 'offline':
      return 'Offline';
    case 'refused':
      return 'Credentials refused';
    case 'troubled':
      return 'Twilio has trouble';
  }
}

/** What came of rebuilding a damaged file: what came from where, and what is missing. */
export function rebuiltWords({ status, texts, fromBackup, missing, otherDesk, complete, keptAs }: Rebuilt): string {
  const texted = counted(texts, 'text was', 'texts were');
  const carried = complete
    ? `Rebuilt: everything could be read, ${texted} carried over.`
    : texts > 0
      ? `Rebuilt: ${texted} carried over; some of the old file could not be read.`
      : fromBackup
        ? 'Nothing of the old file could be read.'
        : 'Tern started a new file; nothing of the old one could be read.';
  const filled = fromBackup === null || complete ? '' : ` ${counted(fromBackup, 'text', 'texts')} came from the backup.`;
  const other = otherDesk ? ' The backup is of another desk, so nothing of it was taken.' : '';
  const absent = missing === null || missing === 0 ? '' : ` ${counted(missing, 'text is', 'texts are')} missing.`;
  const asked = !complete && status.line === 'account' ? ' Twilio is asked for what is missing.' : '';
  return `${carried}${filled}${other}${absent}${asked} The old file is kept as ${keptAs}.`;
}

/** What keeps notifications away, and until when. */
export function silenceWords(silence: SilenceView, now: number): string {
  switch (silence.kind) {
    case 'off':
      return 'Notifications are off';
    case 'quietHours':
      return silence.until === null ? 'Quiet hours' : `Quiet until ${comingTime(silence.until, now).replace(/^Tomorrow/, 'tomorrow')}`;
    case 'presence':
      return `Silent while ${silence.name}`;
  }
}

const NO_SOUND = 'There is nothing here to play sounds with.';

/** What came of trying a sound; empty when it is heard. */
export function soundTriedWords({ desktop }: NotificationState): string {
  return desktop?.sounds ? '' : NO_SOUND;
}

/** What came of trying a notification, a sentence each. */
export function triedWords({ silence, desktop }: NotificationState, now: number): string[] {
  if (silence?.kind === 'off') return ['Notifications are off: nothing is shown.'];
  if (desktop === null) return ['No notification service answers here, so nothing can be shown.'];
  const words = [silence === null ? 'Shown as a real one would be.' : `Shown because you asked. Real ones are kept back: ${silenceWords(silence, now).toLowerCase()}.`];
  if (!desktop.sounds) words.push(NO_SOUND);
  if (!desktop.buttons) words.push('It shows no buttons on them: a click opens an offer.');
  return words;
}
