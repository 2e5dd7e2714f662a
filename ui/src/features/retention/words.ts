/** Ages as people say them. */
import type { RetentionRunView } from '../../ipc';
import { bytes, counted } from '../../lib/words';

export type Unit = 'days' | 'months' | 'years';

/** Days of a unit; a month is counted long, so that nothing goes before its time. */
export const DAYS: Record<Unit, number> = { days: 1, months: 31, years: 366 };
export const LEAST = 30;
export const MOST = 36_525;

/** The number and the unit under which an age reads best. */
export function inUnits(days: number): { amount: number; unit: Unit } {
  for (const unit of ['years', 'months'] as const) {
    if (days % DAYS[unit] === 0) return { amount: days / DAYS[unit], unit };
  }
  return { amount: days, unit: 'days' };
}

/** The days of what was typed; `null` if that is no age. */
export function toDays(typed: string, unit: Unit): number | null {
  const amount = Number(typed.trim());
  if (typed.trim() === '' || !Number.isInteger(amount)) return null;
  const days = amount * DAYS[unit];
  return days >= LEAST && days <= MOST ? days : null;
}

export function ageWords(days: number): string {
  const { amount, unit } = inUnits(days);
  return counted(amount, unit.slice(0, -1), unit);
}

/** What a run deleted. */
export function deletedWords(run: Pick<RetentionRunView, 'texts' | 'pictures' | 'pictureBytes' | 'notes'>): string {
  const parts = [
    run.texts > 0 && counted(run.texts, 'text', 'texts'),
    run.pictures > 0 && `${counted(run.pictures, 'picture', 'pictures')} (${bytes(run.pictureBytes)})`,
    run.notes > 0 && counted(run.notes, 'note', 'notes'),
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
