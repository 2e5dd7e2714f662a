/** What long jobs are called, and how far they are, in words. */
import type { JobKind, JobView } from '../../ipc';
import { bytes, count, counted } from '../../lib/words';

const NAMES: Record<JobKind, { doing: string; thing: string }> = {
  export: { doing: 'Exporting', thing: 'Export' },
  backup: { doing: 'Backing up', thing: 'Backup' },
  restoreDrill: { doing: 'Trying a backup', thing: 'Restore drill' },
  restore: { doing: 'Restoring', thing: 'Restore' },
  import: { doing: 'Importing', thing: 'Import' },
  retention: { doing: 'Deleting by the rules', thing: 'Retention' },
};

export function doingWords(kind: JobKind): string {
  return NAMES[kind].doing;
}

/** What the job is and is about: `Export of Maya Lindqvist`. */
export function titleOf(job: JobView): string {
  return job.about ? `${NAMES[job.kind].thing}: ${job.about}` : NAMES[job.kind].thing;
}

/** How much of the step is done, 0…1; `null` while nobody knows. */
export function fractionOf(job: JobView): number | null {
  return job.total === null || job.total === 0 ? null : Math.min(1, job.done / job.total);
}

/** `Writing texts: 1,200 of 5,000, about 2 minutes left`. */
export function progressWords(job: JobView): string {
  const amount = (value: number) => (job.unit === 'bytes' ? bytes(value) : count(value));
  const parts = [job.step];
  if (job.done > 0 || job.total !== null) parts.push(job.total === null ? amount(job.done) : `${amount(job.done)} of ${amount(job.total)}`);
  const line = parts.join(': ');
  return job.remainingMs === null ? line : `${line}, ${leftWords(job.remainingMs)}`;
}

/** A rough estimate says so: nobody believes seconds. */
export function leftWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (milliseconds < 45_000) return 'under a minute left';
  if (minutes < 90) return `about ${counted(Math.max(1, minutes), 'minute', 'minutes')} left`;
  return `about ${counted(Math.round(minutes / 60), 'hour', 'hours')} left`;
}

/** What came of it, in a few words; `null` while it runs. */
export function outcomeWords(job: JobView): string | null {
  const thing = NAMES[job.kind].thing;
  switch (job.state.kind) {
    case 'running':
      return null;
    case 'finished':
      return `${thing} done`;
    case 'failed':
      return `${thing} failed`;
    case 'cancelled':
      return `${thing} stopped`;
  }
}

/** Whether quitting would end it for good. A run of retention goes on at the next start. */
export function stopsByQuitting(job: JobView): boolean {
  return job.state.kind === 'running' && job.kind !== 'retention';
}

const RUNNING: Record<JobKind, string> = {
  export: 'an export is written',
  backup: 'a backup is made',
  restoreDrill: 'a backup is tried',
  restore: 'a backup is restored',
  import: 'a file is imported',
  retention: 'old texts are deleted',
};

/** The question that quitting asks; without kinds where nobody may know what runs. */
export function quitWords(kinds: JobKind[] | null, left: number): string {
  if (left === 0) return 'Quit now?';
  const [only, ...others] = kinds ?? [];
  if (only && others.length === 0) return `Quit while ${RUNNING[only]}?`;
  return left === 1 ? 'Quit while a job is running?' : `Quit while ${count(left)} jobs are running?`;
}

/** What becomes of a job that quitting stops. */
export function stoppedWords(kind: JobKind): string {
  switch (kind) {
    case 'export':
      return 'If Tern quits, no file is left; start it again later.';
    case 'backup':
      return 'If Tern quits, earlier backups stay whole; the next one makes up for it.';
    case 'restoreDrill':
    case 'restore':
      return 'If Tern quits, nothing is changed; start it again later.';
    case 'import':
      return 'If Tern quits, what came in of it so far is taken out again.';
    case 'retention':
      return 'It goes on at the next start.';
  }
}
