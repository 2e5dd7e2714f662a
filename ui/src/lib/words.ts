/** Small pieces of English that several screens share. */

import { LOCALE } from './locale';

const numbers = new Intl.NumberFormat(LOCALE);

export function count(amount: number): string {
  return numbers.format(amount);
}

/** `1 text`, `2 texts`. */
export function counted(amount: number, one: string, many: string): string {
  return `${numbers.format(amount)} ${amount === 1 ? one : many}`;
}

/** What a file is, from the type that its content shows. */
export function fileKind(contentType: string | null): string {
  if (contentType === 'application/pdf') return 'A PDF document';
  if (contentType === 'text/vcard') return 'A contact card';
  if (contentType === 'text/calendar') return 'A calendar entry';
  if (contentType?.startsWith('audio/')) return 'A sound recording';
  if (contentType?.startsWith('video/')) return 'A video';
  if (contentType?.startsWith('image/')) return 'A picture in a format that Tern cannot show';
  return 'A file that is not a picture';
}

/** Bytes as a person reads them. */
export function bytes(amount: number): string {
  if (amount < 1_000) return `${amount} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = amount / 1_000;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
