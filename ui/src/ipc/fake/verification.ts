/** The fake's users have neither PIN nor authenticator app; nothing secret is made up for them. */
import type { VerificationView } from '../bindings';
import { refuse, type CommandTable } from './commands';

type VerificationCommand =
  | 'verification_view' | 'begin_enrolment' | 'confirm_enrolment' | 'set_soft_pin'
  | 'unlink_account' | 'generate_soft_pin' | 'reset_verification' | 'unlock_verification' | 'list_locked' | 'list_enrolled'
  | 'list_locked_numbers' | 'unlock_number';

export function verificationCommands(): Pick<CommandTable, VerificationCommand> {
  const view: VerificationView = { pinSince: null, authenticatorSince: null, codeByText: false, lockedUntil: null, wrongEntries: 0, missing: '', history: [] };
  const none = (): never => refuse('notAllowed', 'The fake enrols nobody.');
  return {
    verification_view: () => view,
    begin_enrolment: none,
    confirm_enrolment: none,
    unlink_account: none,
    set_soft_pin: none,
    generate_soft_pin: none,
    reset_verification: none,
    unlock_verification: none,
    list_locked: () => [],
    list_enrolled: () => [],
    list_locked_numbers: () => [],
    unlock_number: none,
  };
}
