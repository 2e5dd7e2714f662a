/** Backups, as a desk without a file answers. */
import type { Answer } from '../backend';
import type { BackupCounts, BackupEvery, BackupRow } from '../bindings';
import { refuse, type CommandTable, type Seams } from './commands';

type BackupCommands = Pick<
  CommandTable,
  'backups' | 'backup_hint' | 'dismiss_backup_hint' | 'set_up_backups' | 'schedule_backups' | 'back_up_now' | 'try_backup' | 'delete_backup' | 'find_backups' | 'restore_backup' | 'cancel_restore'
>;

export function backupCommands({ world, tell }: Seams): BackupCommands {
  let folder: string | null = null;
  let every: BackupEvery = 'never';
  let monthlyDrill = false;
  let rows: BackupRow[] = [];
  let drill: Answer<'backups'>['drill'] = null;
  const counts = (): BackupCounts => ({ conversations: world.conversations.size, messages: 1_204, pictures: 18, events: 3_310 });
  const view = (): Answer<'backups'> => ({
    folder,
    every,
    monthlyDrill,
    lastAt: rows[0]?.madeAt ?? null,
    nextAt: every === 'never' || folder === null ? null : (rows[0]?.madeAt ?? world.now()) + 86_400_000,
    problem: null,
    folderProblem: null,
    backups: rows,
    drill,
    drillProblem: null,
    restored: null, mended: null,
    mayAdminister: true,
  });
  return {
    backups: view,
    backup_hint: () => false,
    dismiss_backup_hint: () => undefined,
    set_up_backups: (request) => {
      if (request.place.kind === 'typed') folder = request.place.path;
      return view();
    },
    schedule_backups: (request) => {
      [every, monthlyDrill] = [request.every, request.monthlyDrill];
      return view();
    },
    back_up_now: () => {
      const sequence = (rows[0]?.sequence ?? 0) + 1;
      rows = [{ sequence, madeAt: world.now(), problem: null, content: { counts: counts(), totalBytes: 84_213_760, addedBytes: sequence === 1 ? 84_240_000 : 1_310_000 } }, ...rows];
      tell({ kind: 'jobs' });
      return view();
    },
    try_backup: ({ sequence }) => {
      const row = rows.find((it) => it.sequence === sequence) ?? refuse('notFound', 'This backup is not there any more.');
      drill = { at: world.now(), madeAt: row.madeAt, counts: counts(), desk: counts(), parts: 643, bytes: 84_213_760 };
      return view();
    },
    delete_backup: ({ sequence }) => {
      rows = rows.filter((row) => row.sequence !== sequence);
      return view();
    },
    find_backups: () => (rows.length === 0 ? refuse('notFound', 'There is no backup of Tern in this folder.') : [{ desk: 'ab'.repeat(16), backups: rows }]),
    restore_backup: () => ({ status: world.status, madeAt: world.now(), counts: counts(), keptAs: null }),
    cancel_restore: () => undefined,
  };
}
