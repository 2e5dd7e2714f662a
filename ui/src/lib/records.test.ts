import { expect, it } from 'vitest';
import { cellText } from './records';

it('shows yes and no as words', () => {
  expect([cellText('flag', 'true'), cellText('flag', 'false'), cellText('text', undefined)]).toEqual(['Yes', 'No', '']);
});
