/** How people are shown when there is no picture of them: initials and a steady hue. */

/** Up to two initials; empty for a phone number, which has none. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const first = words[0];
  if (!first) return '';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return [...first][0]!.toUpperCase() + (last ? [...last][0]!.toUpperCase() : '');
}

/** Whether a number of the team has a name: Twilio names it after itself until somebody gives it one. */
export function isNamed(name: string): boolean {
  return /\p{L}/u.test(name);
}

/** What a number of the team is called; the same digits twice would tell nothing. */
export function lineName(line: { name: string; display: string }): string {
  return isNamed(line.name) ? `${line.name} · ${line.display}` : line.display;
}

/** A hue in degrees, the same for the same seed, spread over the circle. */
export function hueOf(seed: string): number {
  let hash = 0;
  for (const character of seed) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (hash * 137) % 360;
}
