/** Tables as CSV: what a spreadsheet opens, and what it must not run. */

/** One table: what is shown beside a chart, and what is saved. */
export interface Sheet {
  head: readonly string[];
  /** Numbers stay numbers, so that a spreadsheet can add them up. */
  rows: readonly (readonly (string | number | null)[])[];
}

/** A spreadsheet takes a cell that begins so for a formula; a number with its sign is none. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+([.,]\d+)?$/;

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const harmless = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function csv(sheet: Sheet): string {
  return [sheet.head, ...sheet.rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
