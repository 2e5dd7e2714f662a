/** Backups in words. */
import type { BackupCounts, DrillReport, MendedView, RestoreReport } from '../../ipc';
import { counted } from '../../lib/words';

/** `1,204 texts in 32 conversations, 18 pictures`. */
export function contentWords(counts: BackupCounts): string {
  const pictures = counts.pictures === 0 ? '' : `, ${counted(counts.pictures, 'picture', 'pictures')}`;
  return `${counted(counts.messages, 'text', 'texts')} in ${counted(counts.conversations, 'conversation', 'conversations')}${pictures}`;
}

/** What came of restoring one, and what is left to do. */
export function restoredWords({ counts, keptAs, status }: RestoreReport, of: string): string {
  const kept = keptAs === null ? '' : ` The file that was here is kept as ${keptAs}.`;
  const asked = status.connection.kind === 'refused' ? 'Enter the credentials of Twilio in Settings › Account: texts that came since are fetched then.' : 'Texts that came since are fetched from Twilio.';
  return `Restored the backup of ${of}: ${contentWords(counts)}.${kept} ${asked} Backups are off here until you say in Settings › Backup where they go.`;
}

/** How far the desk has come since the backup that was tried; `null` where it has not. */
export function sinceWords(report: DrillReport): string | null {
  const texts = report.desk.messages - report.counts.messages;
  return texts > 0 ? `The desk has ${counted(texts, 'text', 'texts')} more than this backup.` : null;
}

/** How hard a passphrase is to guess, by its length: what protects backups in somebody else's hands. */
export function strengthWords(passphrase: string): string {
  const length = [...passphrase].length;
  if (length < 12) return 'Weak: whoever gets hold of the folder could guess it. Four random words are better.';
  if (length < 20) return 'Fair. Four random words are easy to type and hard to guess.';
  return 'Strong, if nobody could guess it.';
}

/** What is to be said of a file that was put together from several sources. */
export function mendedWords(mended: MendedView): string {
  if (mended.missing === null) return 'Nobody knows how many texts it had, because that could not be read.';
  if (mended.missing === 0) return 'Every text is here that it had.';
  return `${counted(mended.missing, 'text is', 'texts are')} in none of its sources yet; what Twilio still has is fetched.`;
}
