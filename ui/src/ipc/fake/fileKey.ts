/** The key of the files and its recovery code, as a desk without a file answers. */
import type { Answer } from '../backend';
import { refuse, type CommandTable, type Seams } from './commands';

const GROUPS = ['7K3F', '9QXM', '2D8V', 'HT4W', 'C6PN', 'R1ZJ', '0EB5'];

type FileKeyCommands = Pick<CommandTable, 'security' | 'rotate_key' | 'cancel_rotation' | 'draw_recovery_code' | 'confirm_recovery_code' | 'revoke_recovery_code' | 'use_recovery_code'>;

export function fileKeyCommands({ world }: Seams): FileKeyCommands {
  let madeAt: number | null = null;
  let replacedAt: number | null = null;
  const security = (): Answer<'security'> => ({
    keyHolder: 'keychain',
    dataFolder: '~/.local/share/tern',
    dataBytes: 84_213_760,
    cipher: 'SQLCipher 4, AES-256',
    keyReplacedAt: replacedAt,
    recoveryCodeMadeAt: madeAt,
    rotationAdvised: false,
    mayAdminister: true,
  });
  return {
    security,
    rotate_key: () => {
      [replacedAt, madeAt] = [world.now(), null];
      return world.status;
    },
    cancel_rotation: () => undefined,
    draw_recovery_code: () => ({ groups: GROUPS, asked: 2 }),
    confirm_recovery_code: ({ group }) => {
      if (group.toUpperCase() !== GROUPS[2]) refuse('invalidInput', 'That is not what the code has there.', 'Look at your copy again.');
      madeAt = world.now();
      return security();
    },
    revoke_recovery_code: () => {
      madeAt = null;
      return security();
    },
    use_recovery_code: () => world.status,
  };
}
