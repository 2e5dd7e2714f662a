// What helps an agent write, on the real app through the development server (see devserver.test.mjs).
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const pictures = process.env.TERN_PICTURES;

describe('writing with help, on the real app', { skip }, () => {
  let browser;
  let server;
  let page;

  const composer = () => byId(page, 'composer-input');
  const written = () => composer().inputValue();
  const row = (text) => byId(page, 'conversation-row').filter({ hasText: text });
  async function picture(name) {
    if (!pictures) return;
    await mkdir(pictures, { recursive: true });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('html[data-theme="light"]').waitFor();
  }
  async function fromHandset(text) {
    await byId(page, 'handset-input').fill(text);
    await byId(page, 'handset-send').click();
  }
  async function settings(tab) {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings').waitFor();
    await page.getByRole('tab', { name: tab }).click();
  }
  async function closeSettings() {
    await page.keyboard.press('Escape');
    await byId(page, 'settings').waitFor({ state: 'detached' });
  }

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    const first = byId(page, 'first-run-practice');
    await first.or(byId(page, 'handset-pane')).first().waitFor();
    if (await first.isVisible()) await first.click();
    await byId(page, 'handset-pane').waitFor();
    await fromHandset('Hello, my order is late');
    await row('Hello, my order').click();
    await byId(page, 'message-bubble').first().waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('H-8: opens the picker with a slash, finds a reply as it is typed, and puts it in by keyboard', async () => {
    await composer().focus();
    await page.keyboard.type('Sorry! /');
    await byId(page, 'slash-picker').waitFor();
    assert.ok((await byId(page, 'slash-item').count()) > 6);
    await page.keyboard.press('ArrowDown');
    await byId(page, 'slash-picker').getByText('Your text would have').waitFor();
    await picture('slash-picker');
    assert.deepEqual(await seriousViolations(page), []);
    await page.keyboard.type('pho');
    await until('one is left', async () => (await byId(page, 'slash-item').count()) === 1);
    await page.keyboard.press('Enter');
    await byId(page, 'slash-picker').waitFor({ state: 'detached' });
    assert.match(await written(), /^Sorry! Could you send a photo/);
    await page.keyboard.press('Control+z');
    await until('undo takes it back', async () => (await written()).startsWith('Sorry! /'));
    await page.keyboard.press('Escape');
    await composer().fill('');
  });

  it('H-8: closes with Escape, stays closed for that slash, and is not in the way of addresses', async () => {
    await composer().focus();
    await page.keyboard.type('/he');
    await byId(page, 'slash-picker').waitFor();
    await page.keyboard.press('Escape');
    await byId(page, 'slash-picker').waitFor({ state: 'detached' });
    await page.keyboard.type('llo');
    assert.equal(await byId(page, 'slash-picker').count(), 0);
    await composer().fill('');
    await page.keyboard.type('See https://example.com/he');
    assert.equal(await byId(page, 'slash-picker').count(), 0);
    await composer().fill('');
  });

  it('H-8: a reply is written in the settings, deleted, brought back, and used', async () => {
    await settings('Canned replies');
    await byId(page, 'reply-add').click();
    await byId(page, 'reply-short-name').fill('delay');
    await byId(page, 'reply-title').fill('A day late');
    await byId(page, 'reply-body').fill('Hi {{ custmer_name }}');
    await page.getByText('Did you mean customer_name?').waitFor();
    await byId(page, 'reply-body').fill('Hi {{ customer_name or "there" }}, order {{ blank("order number") }} is a day late.');
    await byId(page, 'reply-preview').getByText('order number').waitFor();
    await picture('reply-editor');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'reply-save').click();
    const mine = byId(page, 'reply-row').filter({ hasText: '/delay' });
    await mine.waitFor();
    await mine.getByRole('button', { name: 'Delete A day late' }).click();
    await mine.waitFor({ state: 'detached' });
    await byId(page, 'reply-undo').click();
    await mine.waitFor();
    await picture('replies');
    await closeSettings();
    await composer().focus();
    await page.keyboard.type('/delay');
    await byId(page, 'slash-item').first().waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await written(), 'Hi there, order {{order number}} is a day late.');
  });

  it('H-8: a blank is marked, stops the text in words, and is typed over', async () => {
    await byId(page, 'composer-mark').filter({ hasText: '{{order number}}' }).waitFor();
    await byId(page, 'composer-stopped').filter({ hasText: 'Fill in “order number” first.' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Fill in' }).waitFor();
    await picture('blank');
    await page.keyboard.type('4711');
    await byId(page, 'composer-mark').waitFor({ state: 'detached' });
    assert.equal(await written(), 'Hi there, order 4711 is a day late.');
    await page.keyboard.press('Enter');
    await byId(page, 'handset-text').filter({ hasText: 'order 4711 is a day late' }).waitFor({ timeout: 30_000 });
  });

  it('H-8, I-10: asks a supervisor for help with the slash, which the list shows', async () => {
    await composer().focus();
    await page.keyboard.type('/help');
    await byId(page, 'slash-item').first().waitFor();
    await page.keyboard.press('Enter');
    await byId(page, 'help-badge').waitFor();
    assert.equal(await written(), '');
    await picture('help');
    await byId(page, 'act-end-help').click();
    await byId(page, 'help-badge').waitFor({ state: 'detached' });
  });

  it('H-15: a card number from a customer is masked, and the agent is told', async () => {
    await fromHandset('My card is 4012 8888 8888 1881');
    await byId(page, 'message-bubble').filter({ hasText: '•••• •••• •••• 1881' }).waitFor();
    await byId(page, 'masked-note').filter({ hasText: 'Visa card number' }).waitFor();
    await picture('masked');
    assert.deepEqual(await seriousViolations(page), []);
    const page_text = await byId(page, 'thread').innerText();
    assert.ok(!page_text.includes('8888'));
  });

  it('H-15: a card number from an agent is not sent, and its place is marked', async () => {
    await composer().fill('Is it 4012888888881881?');
    await byId(page, 'composer-mark').filter({ hasText: '4012888888881881' }).waitFor();
    await composer().press('Enter');
    await page.getByRole('alert').filter({ hasText: 'sensitive data (Visa card number)' }).waitFor();
    await picture('stopped');
    const selected = await composer().evaluate((field) => field.value.slice(field.selectionStart, field.selectionEnd));
    assert.equal(selected, '4012888888881881');
    await page.keyboard.type('the one ending in 1881');
    await page.keyboard.press('Enter');
    await byId(page, 'handset-text').filter({ hasText: 'Is it the one ending in 1881?' }).waitFor({ timeout: 30_000 });
    assert.equal(await byId(page, 'handset-text').filter({ hasText: 'Is it 4012' }).count(), 0);
  });

  it('shows the rules about sensitive data', async () => {
    await settings('Sensitive data');
    await byId(page, 'settings').getByText('Visa card number').waitFor();
    await picture('screening');
    assert.deepEqual(await seriousViolations(page), []);
    await closeSettings();
  });

  it('saves the configuration, shows what another one would change, imports it, and takes it back', async () => {
    await settings('Configuration');
    const [download] = await Promise.all([page.waitForEvent('download'), byId(page, 'configuration-save').click()]);
    const text = await readFile(await download.path(), 'utf8');
    assert.match(download.suggestedFilename(), /^tern-configuration-.*\.json$/);
    assert.ok(!text.includes('+1'), 'no numbers');
    const choose = (name, content) => byId(page, 'configuration-choose').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
    await choose('broken.json', text.replace('"version": 1,', '"version": 1'));
    await byId(page, 'configuration-problem').filter({ hasText: 'Line 4' }).waitFor();
    await choose('other.json', text.replace('"hello"', '"hey"').replace('"sections": {', '"sections": { "holograms": [],'));
    const diff = byId(page, 'configuration-diff');
    await diff.filter({ hasText: 'Greeting' }).waitFor();
    await diff.filter({ hasText: 'does not know holograms' }).waitFor();
    await picture('configuration');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'configuration-import').click();
    await byId(page, 'configuration-undo').waitFor();
    await page.getByRole('tab', { name: 'Canned replies' }).click();
    await byId(page, 'reply-row').filter({ hasText: '/hey' }).waitFor();
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await byId(page, 'configuration-undo').click();
    await byId(page, 'configuration-undo').waitFor({ state: 'detached' });
    await choose('same.json', text);
    await diff.filter({ hasText: 'nothing would change' }).waitFor();
    await page.getByRole('tab', { name: 'Canned replies' }).click();
    await byId(page, 'reply-row').filter({ hasText: '/hello' }).waitFor();
    await closeSettings();
  });

  it('asked for nothing that the policy refuses', () => {
    // The browser also complains of each refusal that was asked for above.
    assert.deepEqual(page.complaints.filter((it) => !it.includes('422')), []);
  });
});
