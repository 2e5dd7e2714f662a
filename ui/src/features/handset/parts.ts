/** A text cut at offsets in UTF-16 units. Offsets outside the text, and those out of order, cut nothing. */
export function partsOf(text: string, splitAt: readonly number[]): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const at of splitAt) {
    if (at <= from || at >= text.length) continue;
    parts.push(text.slice(from, at));
    from = at;
  }
  return [...parts, text.slice(from)];
}
