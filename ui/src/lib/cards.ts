/** The words of a card's fields. */
import type { CardCell } from '../ipc';
import { waitWords } from './time';

/** What a field says now; empty where it has nothing to say. */
export function cellWords(cell: CardCell, now: number): string {
  if (cell.field === 'waitingSince') return cell.at === null ? '' : `waits ${waitWords(now - cell.at)}`;
  return cell.words;
}
