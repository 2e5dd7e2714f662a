/** The import of histories as a desk without files answers: there is nothing to look into. */
import { refuse, type CommandTable } from './commands';

type HistoryCommands = Pick<
  CommandTable,
  'look_at_history' | 'check_history' | 'history_check' | 'bring_history' | 'history_imports' | 'look_at_history_removal' | 'remove_history'
>;

export function historyCommands(): HistoryCommands {
  const noFile = (): never => refuse('invalidInput', 'There is no such file.', 'Give the whole path of a CSV or JSON file.');
  return {
    look_at_history: noFile,
    check_history: noFile,
    history_check: () => null,
    bring_history: noFile,
    history_imports: () => ({ imports: [], mayChange: true }),
    look_at_history_removal: noFile,
    remove_history: noFile,
  };
}
