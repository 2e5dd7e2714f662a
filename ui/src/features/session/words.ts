/** The state of the connection, in words. */
import type { Connection, Rebuilt } from '../../ipc';
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

/** What came of rebuilding a damaged file. */
export function rebuiltWords({ status, texts, complete, keptAs }: Rebuilt): string {
  const texted = counted(texts, 'text was', 'texts were');
  const carried = complete
    ? `Rebuilt: everything could be read, ${texted} carried over.`
    : texts > 0
      ? `Rebuilt: ${texted} carried over; some of the old file could not be read.`
      : 'Tern started a new file; nothing of the old one could be read.';
  const missing = !complete && status.line === 'account' ? ' Twilio is asked for what is missing.' : '';
  return `${carried}${missing} The old file is kept as ${keptAs}.`;
}
