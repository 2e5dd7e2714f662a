// Update notifications on the real app: defined with a preview and a dry run, sent by a written row, looked through
// recipient by recipient, deleted and taken back. Runs like devserver.test.mjs.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('update notifications', { skip }, () => {
  let browser;
  let server;
  let page;

  const picture = async (name) => {
    if (!process.env.TERN_PICTURES) return;
    mkdirSync(process.env.TERN_PICTURES, { recursive: true });
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await painted(page);
      await page.screenshot({ path: join(process.env.TERN_PICTURES, `${name}-${colorScheme}.png`) });
    }
  };
  const settings = async (tab) => {
    if (!(await byId(page, `settings-tab-${tab}`).isVisible())) await byId(page, 'settings-open').click();
    await byId(page, `settings-tab-${tab}`).click();
  };
  const column = async (index, label, kind) => {
    const it = byId(page, 'table-column').nth(index);
    await it.getByRole('textbox').fill(label);
    await it.getByRole('combobox').selectOption(kind);
  };

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('S-12: says what notifications are for while there is none, and one is refused in words', async () => {
    await settings('updates');
    await page.getByText('No notification yet').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('updates-1-empty');
    await byId(page, 'update-new').click();
    await byId(page, 'update-problem').filter({ hasText: 'Give the notification a name' }).waitFor();
    await byId(page, 'update-save').click();
    await page.getByRole('alert').filter({ hasText: 'Give the notification a name' }).waitFor();
  });

  it('S-13: the text is shown as a phone gets it, with its segments, while it is written', async () => {
    await byId(page, 'update-name').fill('A new shift');
    await byId(page, 'update-text').fill('A shift is free on ${event.parm1}. — come');
    await byId(page, 'update-phone').filter({ hasText: 'A shift is free on first word.' }).waitFor();
    await byId(page, 'update-phone').filter({ hasText: '2 segments each, because of a character' }).waitFor();
    await byId(page, 'update-text').fill('A shift is free on ${event.parm1}.');
    await byId(page, 'update-phone').filter({ hasText: '1 segment each' }).waitFor();
    await byId(page, 'update-text').fill('A shift is free on ${event.parm9}.');
    await page.getByLabel('Everybody with one of these roles').fill('driver');
    await byId(page, 'update-problem').filter({ hasText: 'nothing called event.parm9' }).waitFor();
    await byId(page, 'update-text').fill('A shift is free on ${event.parm1}.');
    await byId(page, 'update-problem').waitFor({ state: 'detached' });
    assert.deepEqual(await seriousViolations(page), []);
    await picture('updates-2-form');
    await byId(page, 'update-save').click();
    await byId(page, 'update-row').filter({ hasText: 'Never sent' }).click();
  });

  it('S-14: who would get it is said before anything is sent', async () => {
    await byId(page, 'update-parm-1').fill('Friday');
    await byId(page, 'update-send').click();
    await byId(page, 'update-phone').filter({ hasText: 'A shift is free on Friday.' }).waitFor();
    await byId(page, 'update-recipients').filter({ hasText: 'It is for nobody now.' }).waitFor();
    assert.equal(await byId(page, 'update-send-now').isDisabled(), true);
    await picture('updates-3-dry-run');
  });

  it('S-12, S-5: a written row sends it, and the result says why somebody does not get it', async () => {
    await settings('tables');
    await byId(page, 'table-add').click();
    await byId(page, 'table-name').fill('Repairs');
    await column(0, 'Number', 'text');
    await byId(page, 'table-column-add').click();
    await column(1, 'Phone', 'phone');
    await byId(page, 'table-save').click();
    await page.getByText('No row yet').waitFor();

    await settings('updates');
    await byId(page, 'update-new').click();
    await byId(page, 'update-name').fill('A repair is ready');
    await page.getByLabel('It is sent when').selectOption({ label: 'a row of Repairs is written' });
    await page.getByRole('checkbox', { name: 'Phone' }).check();
    await page.getByRole('switch', { name: 'When a row is added' }).click();
    await byId(page, 'update-text').fill('Repair ${number} is ready.');
    await byId(page, 'update-problem').waitFor({ state: 'detached' });
    await byId(page, 'update-save').click();
    await byId(page, 'update-row').filter({ hasText: 'When a row of Repairs is added or changed.' }).waitFor();
    await picture('updates-4-list');

    await settings('tables');
    if (!(await byId(page, 'row-add').isVisible())) await byId(page, 'table-row').filter({ hasText: 'Repairs' }).click();
    await byId(page, 'row-add').click();
    await byId(page, 'row-cell-number').fill('R-1');
    await byId(page, 'row-cell-phone').fill('+14155550177');
    await byId(page, 'row-save').click();
    await byId(page, 'record-row').filter({ hasText: 'R-1' }).waitFor();

    await settings('updates');
    await byId(page, 'update-row').filter({ hasText: 'A repair is ready' }).click();
    await byId(page, 'update-run').filter({ hasText: '1 not sent' }).waitFor({ timeout: 30_000 });
    await byId(page, 'update-run').getByRole('button').first().click();
    await byId(page, 'update-results').filter({ hasText: 'Has no user account' }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('updates-5-results');
    await page.getByLabel('Show', { exact: true }).selectOption('sent');
    await page.getByText('Nobody stands there.').waitFor();
    const download = page.waitForEvent('download');
    await byId(page, 'update-export').click();
    assert.match((await download).suggestedFilename(), /^tern-notification-.*\.csv$/);
  });

  it('takes a deleted one back', async () => {
    await page.getByRole('button', { name: 'Edit' }).click();
    await byId(page, 'update-delete').click();
    await byId(page, 'update-row').filter({ hasText: 'A repair is ready' }).waitFor({ state: 'detached' });
    await page.getByText('“A repair is ready” deleted').locator('..').getByRole('button', { name: 'Undo' }).click();
    await byId(page, 'update-row').filter({ hasText: 'A repair is ready' }).waitFor();
  });

  it('S-14: quiet hours that are none are refused in words', async () => {
    const rules = byId(page, 'update-rules');
    await rules.getByRole('switch', { name: 'Quiet hours' }).click();
    await rules.getByLabel('From', { exact: true }).fill('08:00');
    await rules.getByLabel('To', { exact: true }).fill('08:00');
    await rules.getByRole('button', { name: 'Save the rules' }).click();
    await rules.getByText('Quiet hours need two different times').waitFor();
    await rules.getByLabel('From', { exact: true }).fill('21:00');
    await rules.getByRole('button', { name: 'Save the rules' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('updates-6-rules');
  });
});
