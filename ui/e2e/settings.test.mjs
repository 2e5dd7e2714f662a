// The settings on the real app: every entry of their search leads to something, by keyboard, and the palette has the
// same entries. Runs like devserver.test.mjs.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const PICTURES = process.env.TERN_PICTURES;

/** Settings that a practice line does not have. */
const ELSEWHERE = ['Replace credentials', 'Check the set-up', 'History', 'Change passphrase', 'Days that differ', 'Try the newest one every month'];

describe('the settings', { skip }, () => {
  let browser;
  let server;
  let page;

  const picture = async (name) => {
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: `${PICTURES}/${name}.png` });
  };
  const search = () => byId(page, 'settings-search');
  const marked = () => page.locator('.setting-found');

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('are found by what people call them, with the keyboard alone', async () => {
    await page.keyboard.press('Control+,');
    await byId(page, 'settings').waitFor();
    await picture('settings-groups');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('mute');
    await byId(page, 'setting-found').filter({ hasText: 'Sound' }).waitFor();
    await picture('settings-search');
    assert.deepEqual(await seriousViolations(page), []);
    await page.keyboard.press('Enter');
    await marked().filter({ hasText: 'Sound' }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'switch');
    await page.keyboard.press('/');
    await page.keyboard.type('hours');
    await byId(page, 'setting-found').first().waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await search().inputValue(), '');
    assert.ok(await byId(page, 'settings').isVisible(), 'Escape empties the field before it closes the settings');
  });

  it('says so when nothing is called that', async () => {
    await search().fill('zeppelin');
    await page.getByText('No setting is called that.').waitFor();
    await search().fill('');
  });

  it('has a place for every entry of the search', async () => {
    const entries = await page.evaluate(async () => {
      const found = [];
      const field = document.querySelector('[data-testid=settings-search]');
      for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
        field.value = letter;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
        for (const item of document.querySelectorAll('[data-testid=setting-found]')) {
          const where = item.querySelector('small').textContent;
          found.push([item.textContent.slice(0, -where.length).trim(), where]);
        }
      }
      field.value = '';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      return [...new Map(found.map((it) => [it.join('/'), it])).values()];
    });
    assert.ok(entries.length > 40, `${entries.length} entries`);
    for (const [label, where] of entries) {
      if (ELSEWHERE.includes(label)) continue;
      await search().fill(label);
      await byId(page, 'setting-found').filter({ hasText: where }).filter({ hasText: label }).first().click();
      await marked().filter({ hasText: label }).first().waitFor({ timeout: 6_000 }).catch(() => assert.fail(`${label} on ${where} is not there`));
    }
    await picture('settings-found');
  });

  it('finds the days that differ once a queue has hours', async () => {
    await search().fill('opening');
    await page.keyboard.press('Enter');
    await page.getByRole('switch', { name: 'Opening hours' }).click();
    await search().fill('holiday');
    await page.keyboard.press('Enter');
    await marked().filter({ hasText: 'Days that differ' }).waitFor();
    await byId(page, 'exception-add').click();
    await byId(page, 'queue-save').click();
    await page.getByText('Choose the date.').waitFor();
    await picture('settings-holiday');
    await page.keyboard.press('Escape');
  });

  it('are in the palette, too', async () => {
    await page.keyboard.press('Control+k');
    await byId(page, 'palette').waitFor();
    assert.equal(await byId(page, 'palette').getByText('Settings', { exact: true }).count(), 1, 'the many settings come only when asked for');
    await page.keyboard.type('dark mode');
    await byId(page, 'palette').getByText('Colours · Appearance').click();
    await marked().filter({ hasText: 'Colours' }).waitFor();
    assert.deepEqual(page.complaints, []);
  });
});
