// Wrap-up on the real app: nothing until it is configured, then codes, notes, a ring, and an end.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { byId, choose, launch, open, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_URL && !process.env.TERN_DEVSERVER_BIN && 'neither TERN_URL nor TERN_DEVSERVER_BIN is set';
const pictures = process.env.TERN_PICTURES;

describe('wrap-up', { skip }, () => {
  let browser;
  let server;
  let page;

  const shot = async (name) => pictures && page.screenshot({ path: `${pictures}/wrapup-${name}.png` });
  const row = (text) => byId(page, 'conversation-row').filter({ hasText: text });
  const panel = () => byId(page, 'wrap-up-panel');

  async function arrive(text) {
    await byId(page, 'handset-input').fill(text);
    await byId(page, 'handset-send').click();
    await byId(page, 'message-bubble').or(row(text)).first().waitFor({ timeout: 20_000 });
  }

  async function takeFromNew(text) {
    await byId(page, 'list-tab-new').click();
    await row(text).click();
    await byId(page, 'act-take').click();
    await byId(page, 'act-hold').waitFor();
  }

  async function settings(tab = 'wrapUp') {
    await page.keyboard.press('Control+,');
    await byId(page, `settings-tab-${tab}`).click();
  }

  async function addCode(name) {
    await byId(page, 'wrap-up-code-add').click();
    await byId(page, 'wrap-up-code-name').fill(name);
    await byId(page, 'wrap-up-code-save').click();
    await byId(page, 'wrap-up-code-row').filter({ hasText: name }).waitFor();
  }

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    const first = byId(page, 'first-run-practice');
    await first.or(byId(page, 'handset-pane')).first().waitFor();
    if (await first.isVisible()) await first.click();
    await arrive('Is my bicycle ready?');
    await takeFromNew('Is my bicycle ready?');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('is set up with codes, and says what is wrong where it is wrong', async () => {
    await settings();
    for (const name of ['Sold', 'Question answered', 'Other']) await addCode(name);
    await byId(page, 'wrap-up-new').click();
    await byId(page, 'wrap-up-name').fill('After every text');
    await byId(page, 'wrap-up-duration').fill('1000');
    await byId(page, 'wrap-up-enforced').click();
    await page.getByText('What is left open is closed after 15 minutes').waitFor();
    await shot('settings-wrong');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'wrap-up-duration').fill('90');
    await byId(page, 'wrap-up-shows-timer').click();
    await byId(page, 'wrap-up-default').selectOption({ label: 'Other' });
    await shot('settings-editor');
    await byId(page, 'wrap-up-save').click();
    await byId(page, 'wrap-up-configuration').filter({ hasText: 'After every text' }).waitFor();
    await shot('settings');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('takes a deletion back', async () => {
    await byId(page, 'wrap-up-code-row').filter({ hasText: 'Sold' }).getByRole('button', { name: 'Delete Sold' }).click();
    await until('the code is gone', async () => (await byId(page, 'wrap-up-code-row').count()) === 2);
    await byId(page, 'toast').filter({ hasText: '“Sold” deleted' }).getByRole('button', { name: 'Undo' }).click();
    await until('the code is back', async () => (await byId(page, 'wrap-up-code-row').count()) === 3);
    await page.keyboard.press('Escape');
    await byId(page, 'settings').waitFor({ state: 'detached' });
  });

  it('w_1 begins when the agent finishes, with the ring and its words', async () => {
    await byId(page, 'act-finish').click();
    await panel().waitFor();
    await byId(page, 'wrap-up-timer').filter({ hasText: 'left' }).waitFor();
    assert.equal(await byId(page, 'wrap-up-timer').getAttribute('data-phase'), 'green');
    await shot('panel-light');
    assert.deepEqual(await seriousViolations(page), []);
    await page.emulateMedia({ colorScheme: 'dark' });
    await until('the page is dark', () => page.evaluate(() => document.documentElement.dataset.theme === 'dark'));
    await shot('panel-dark');
    assert.deepEqual(await seriousViolations(page), []);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('keeps the code and the notes as they are typed, over a reload', async () => {
    await choose(byId(page, 'wrap-up-code').first());
    const kept = page.waitForResponse((response) => response.url().includes('save_wrap_up') && (response.request().postData() ?? '').includes('blue one'));
    await byId(page, 'wrap-up-notes').fill('Wants a blue one');
    await kept;
    await page.reload();
    await byId(page, 'list-tab-ongoing').click();
    await row('Is my bicycle ready?').click();
    await panel().waitFor();
    assert.equal(await byId(page, 'wrap-up-notes').inputValue(), 'Wants a blue one');
    assert.equal(await byId(page, 'wrap-up-code').first().isChecked(), true);
  });

  it('i_13 goes on when the customer writes again: that is new work', async () => {
    await arrive('One more thing');
    await byId(page, 'act-take').waitFor();
    await panel().getByText('The conversation has gone on').waitFor();
    await shot('gone-on');
  });

  it('w_3 ends by key in the notes', async () => {
    await byId(page, 'wrap-up-notes').press('Control+Enter');
    await panel().waitFor({ state: 'detached' });
    await byId(page, 'act-take').click();
    await byId(page, 'act-hold').waitFor();
  });

  it('w_3 ends by leaving, which is told, and the way back is open for a moment', async () => {
    await page.locator('#handset-picker').selectOption({ index: 1 });
    await byId(page, 'handset-input').fill('Do you open on Sunday?');
    await byId(page, 'handset-send').click();
    await byId(page, 'act-finish').click();
    await panel().waitFor();
    await byId(page, 'list-tab-new').click();
    await row('Do you open on Sunday?').click();
    const told = byId(page, 'toast').filter({ hasText: 'the wrap-up ends' });
    await told.waitFor();
    await shot('left');
    await told.getByRole('button', { name: 'Go back' }).click();
    await panel().waitFor();
    await row('Do you open on Sunday?').click();
    await panel().waitFor({ state: 'detached' });
    await byId(page, 'list-tab-done').click();
    await row('One more thing').waitFor();
    await row('One more thing').click();
    await page.keyboard.press('Control+i');
    await page.getByText('Ended the wrap-up by leaving the conversation').waitFor();
  });

  it('complains about nothing', () => {
    assert.deepEqual(page.complaints, []);
  });
});
