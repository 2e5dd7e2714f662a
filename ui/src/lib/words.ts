/** Small pieces of English that several screens share. */

const numbers = new Intl.NumberFormat();

export function count(amount: number): string {
  return numbers.format(amount);
}

/** `1 text`, `2 texts`. */
export function counted(amount: number, one: string, many: string): string {
  return `${numbers.format(amount)} ${amount === 1 ? one : many}`;
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
