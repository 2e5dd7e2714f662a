/** The state of the connection, in words. */
import type { BackfillProgress, Connection } from '../../ipc';

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

/** How much of the past is fetched, 0…1, measured in time; `null` while it cannot be told. */
export function fractionDone(progress: BackfillProgress, now: number): number | null {
  if (progress.until === null || progress.reached === null) return null;
  const whole = now - progress.until;
  return whole <= 0 ? null : Math.min(1, Math.max(0, (now - progress.reached) / whole));
}
