/** What times and fields of people are called. */
import { dayAndTime } from '../../lib/time';

export function ago(at: number, now: number): string {
  return dayAndTime(at, now);
}

/** The field that a refusal speaks of, by the name it gives it; `null` where it is none of these. */
export function fieldOf(error: { message: string }): 'mobilePhone' | 'phone' | 'territory' | null {
  if (error.message.includes('mobile phone')) return 'mobilePhone';
  if (error.message.includes('business phone')) return 'phone';
  return error.message.includes('territory') ? 'territory' : null;
}
