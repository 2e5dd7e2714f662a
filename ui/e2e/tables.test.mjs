// Tables of the virtual agent on the real app: defined by form, filled by hand and from CSV, searched, taken back, and
// closed to whoever may not configure. Runs like devserver.test.mjs; TERN_PICTURES names a folder for pictures.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('tables', { skip }, () => {
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
  /** The settings close in their own time: until they have, their tabs are still there to be found. */
  const leaveSettings = async () => {
    await page.keyboard.press('Escape');
    await byId(page, 'settings-tab-team').waitFor({ state: 'detached' });
  };
  const rows = () => byId(page, 'record-row');
  const undo = () => page.getByRole('button', { name: 'Undo' }).last().click();
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

  it('V-21: says what tables are for while there is none, one click from the topics', async () => {
    await byId(page, 'topics-open').click();
    await byId(page, 'topics-tables').click();
    await page.getByText('No table yet').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('tables-1-empty');
  });

  it('V-21: a table is defined by what people call things', async () => {
    await byId(page, 'table-add').click();
    await byId(page, 'table-save').click();
    await page.getByText('Give the table a name.').waitFor();
    await byId(page, 'table-name').fill('Orders');
    await byId(page, 'table-save').click();
    await page.getByText('Give every column a name.').waitFor();
    await page.getByText('In topics it is called orders.').waitFor();
    await column(0, 'Order number', 'text');
    for (const [index, label, kind] of [
      [1, 'Status', 'text'],
      [2, 'Paid', 'flag'],
      [3, 'Expected', 'date'],
    ]) {
      await byId(page, 'table-column-add').click();
      await column(index, label, kind);
    }
    await byId(page, 'table-column').first().getByRole('radio').check();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('tables-2-define');
    await byId(page, 'table-save').click();
    await page.getByText('No row yet').waitFor();
  });

  it('V-21: a row that does not fit is refused in words, one that fits is kept, changed and taken back', async () => {
    await byId(page, 'row-add').click();
    await byId(page, 'row-cell-order_number').fill('A-1');
    await byId(page, 'row-cell-expected').fill('tomorrow');
    await byId(page, 'row-save').click();
    await page.getByText('“Expected” has to be a date such as 2026-11-21').waitFor();
    await byId(page, 'row-cell-expected').fill('2026-12-01');
    await byId(page, 'row-form').getByRole('combobox').selectOption('true');
    assert.deepEqual(await seriousViolations(page), []);
    await picture('tables-3-row');
    await byId(page, 'row-save').click();
    await rows().filter({ hasText: 'A-1' }).filter({ hasText: 'Yes' }).waitFor();
    await byId(page, 'row-edit').click();
    await byId(page, 'row-cell-status').fill('On its way');
    await byId(page, 'row-save').click();
    await rows().filter({ hasText: 'On its way' }).waitFor();
    await undo();
    await rows().filter({ hasText: 'On its way' }).waitFor({ state: 'detached' });
    await byId(page, 'row-delete').click();
    await page.getByText('No row yet').waitFor();
    await undo();
    await rows().filter({ hasText: 'A-1' }).waitFor();
  });

  it('V-21: a file is shown line by line before it is taken in', async () => {
    await byId(page, 'rows-import').click();
    const text = 'Order number;Status;Paid;Colour\na-1;Sent;yes;red\nA-2;New;no;blue\nA-2;New;no;\nA-3;New;perhaps;\n';
    await byId(page, 'rows-import-file').setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
    await byId(page, 'rows-import-sum').filter({ hasText: 'This will add 1 row and change 1 row; 2 lines are left out.' }).waitFor();
    await page.getByText('Columns that this table does not have: Colour.').waitFor();
    await page.getByText('The same “Order number” is on line 3.').waitFor();
    await page.getByText('“Paid” has to be yes or no.').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('tables-4-import');
    await byId(page, 'rows-import-apply').click();
    await rows().filter({ hasText: 'A-2' }).waitFor();
    await rows().filter({ hasText: 'Sent' }).waitFor();
    await byId(page, 'rows-search').fill('sent');
    await until('one row is found', async () => (await rows().count()) === 1);
    assert.deepEqual(await seriousViolations(page), []);
    await picture('tables-5-rows');
    await byId(page, 'rows-search').fill('');
    await until('both rows are back', async () => (await rows().count()) === 2);
  });

  it('V-21: rows of another system are shown before they are taken in, and only an allowed host is asked', async () => {
    const list = { data: [{ 'Order number': 'a-1', status: 'Delivered' }, { 'Order number': 'A-9', status: 'New', on: '2026-12-24' }, { status: 'Lost' }] };
    const other = createServer((request, response) => response.setHeader('content-type', 'application/json').end(request.url === '/orders' ? JSON.stringify(list) : '[]'));
    await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve));
    const ask = async () => {
      await byId(page, 'rows-fill').click();
      await byId(page, 'rows-fill-url').fill(`http://127.0.0.1:${other.address().port}/orders`);
      await byId(page, 'rows-fill-path').fill('/data');
      await byId(page, 'rows-fill-look').click();
    };
    try {
      await ask();
      await page.getByText('Tern may not ask 127.0.0.1.').waitFor();
      assert.deepEqual(await seriousViolations(page), []);
      await picture('tables-6-not-allowed');
      await page.keyboard.press('Escape');
      await byId(page, 'rows-fill-dialog').waitFor({ state: 'detached' });
      await settings('virtualAgent');
      await page.getByLabel('Allowed hosts').fill('127.0.0.1');
      await page.getByLabel('Allowed hosts').blur();
      await page.getByText('Allowed hosts changed').waitFor();
      await settings('tables');
      const table = byId(page, 'table-row').filter({ hasText: 'Orders' });
      await table.or(byId(page, 'rows-fill')).first().waitFor();
      if (await table.isVisible()) await table.click();
      await ask();
      await byId(page, 'rows-fill-sum').filter({ hasText: 'This will add 1 row and change 1 row; 1 line is left out.' }).waitFor();
      await page.getByText('Fields that this table does not have: on.').waitFor();
      await page.getByText('Fields of the columns').click();
      await byId(page, 'rows-fill-field-expected').fill('on');
      assert.equal(await byId(page, 'rows-fill-sum').count(), 0, 'what was seen was of another question');
      await byId(page, 'rows-fill-look').click();
      await byId(page, 'rows-fill-sum').waitFor();
      assert.deepEqual(await seriousViolations(page), []);
      await picture('tables-7-fill');
      // What was shown is what comes in, whatever the other system says by now.
      list.data = [{ 'Order number': 'B-1', status: 'Never seen' }];
      await byId(page, 'rows-fill-apply').click();
      await rows().filter({ hasText: 'A-9' }).filter({ hasText: '2026' }).waitFor();
      await rows().filter({ hasText: 'Delivered' }).waitFor();
      assert.equal(await rows().filter({ hasText: 'Never seen' }).count(), 0);
      await undo();
      await rows().filter({ hasText: 'A-9' }).waitFor({ state: 'detached' });
      await byId(page, 'rows-fill').click();
      assert.match(await byId(page, 'rows-fill-url').inputValue(), /orders$/u, 'the address is kept for the next time');
      await page.keyboard.press('Escape');
      await byId(page, 'rows-fill-dialog').waitFor({ state: 'detached' });
    } finally {
      other.close();
    }
  });

  it('V-21: a table and all its rows come back', async () => {
    await byId(page, 'table-delete').click();
    await byId(page, 'table-delete').filter({ hasText: 'Delete it with 2 rows' }).click();
    await page.getByText('No table yet').waitFor();
    await undo();
    await until('both rows are back', async () => (await rows().count()) === 2);
    await byId(page, 'table-back').click();
    await byId(page, 'table-row').filter({ hasText: '2 rows · 4 columns · no topic uses it' }).waitFor();
    await leaveSettings();
  });

  it('V-11: an agent finds a row by typing, chooses what the customer reads, and sends it', async () => {
    await page.getByLabel('Inbox').first().click();
    await byId(page, 'handset-input').fill('Where is my order?');
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: 'Where is my order?' }).click();
    await byId(page, 'composer-input').click();
    await page.keyboard.type('Here it is: /card');
    await byId(page, 'slash-item').filter({ hasText: '/card' }).waitFor();
    await page.keyboard.press('Enter');
    await byId(page, 'put-record-search').fill('a-1');
    const found = byId(page, 'put-record-dialog').locator('label').filter({ has: byId(page, 'put-record-row') });
    await until('one row is found', async () => (await found.count()) === 1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await byId(page, 'put-record-preview').getByText('Paid: yes').waitFor();
    await page.getByLabel('Paid', { exact: true }).uncheck();
    await until('what was left out is not read', async () => !(await byId(page, 'put-record-preview').innerText()).includes('Paid'));
    assert.deepEqual(await seriousViolations(page), []);
    await picture('tables-8-card');
    await byId(page, 'put-record').click();
    await byId(page, 'put-record-dialog').waitFor({ state: 'detached' });
    await until('it is in the text', async () => (await byId(page, 'composer-input').inputValue()) === 'Here it is:\nOrder number a-1\nStatus: Sent\nExpected: 2026-12-01');
    await byId(page, 'composer-send').click();
    await byId(page, 'handset-bubble').or(byId(page, 'handset-pane').getByText('Order number a-1')).first().waitFor();
  });

  it('Q-1: whoever may not configure reads, and is told why they cannot change', async () => {
    await settings('team');
    await byId(page, 'agent-add').click();
    await byId(page, 'agent-name').fill('Helper');
    await byId(page, 'agent-save').click();
    await byId(page, 'agent-row').filter({ hasText: 'Helper' }).waitFor();
    await leaveSettings();
    await byId(page, 'presence-menu').click();
    await byId(page, 'sign-in-open').click();
    await page.locator('label').filter({ has: byId(page, 'sign-in-agent'), hasText: 'Helper' }).click();
    await byId(page, 'sign-in-submit').click();
    await byId(page, 'presence-menu').filter({ hasText: 'Helper' }).waitFor();
    await settings('tables');
    await byId(page, 'table-row').filter({ hasText: 'Orders' }).click();
    await rows().first().waitFor();
    await page.getByText('Only an administrator can change this table.').waitFor();
    assert.equal(await byId(page, 'row-add').count(), 0);
    for (const tab of ['replies', 'screening', 'actions', 'cards', 'virtualAgent']) {
      await settings(tab);
      await page.locator('.settings-page[data-state="active"] [data-testid="admin-only"]').waitFor();
      await until(`nothing of ${tab} can be pressed`, () =>
        page.evaluate(() => {
          const shown = document.querySelector('.settings-page[data-state="active"]');
          const controls = [...shown.querySelectorAll('button, input, select, textarea')];
          return controls.length > 0 && controls.every((control) => control.matches(':disabled'));
        }),
      );
    }
    await settings('replies');
    assert.deepEqual(await seriousViolations(page), []);
    await picture('tables-8-not-an-administrator');
  });
});
