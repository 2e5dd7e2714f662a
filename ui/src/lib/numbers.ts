/** The whole number that was typed, if it is one and at least `least`; else `null`. */
export function wholeNumber(typed: string, least: number): number | null {
  const trimmed = typed.trim();
  if (!/^\d{1,9}$/.test(trimmed)) return null;
  const number = Number(trimmed);
  return number >= least ? number : null;
}
