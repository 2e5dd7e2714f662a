// A text removed for good, on the real app through the development server.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const pictures = process.env.TERN_PICTURES;
const SECRET = 'my card is the blue one in the drawer';

describe('a text removed for good, on the real app', { skip }, () => {
  let browser;
  let server;
  let page;

  const bubble = (text) => byId(page, 'message-bubble').filter({ hasText: text });
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

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    const first = byId(page, 'first-run-practice');
    await first.or(byId(page, 'handset-pane')).first().waitFor();
    if (await first.isVisible()) await first.click();
    await byId(page, 'handset-pane').waitFor();
    await byId(page, 'handset-input').fill(SECRET);
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: SECRET }).click();
    await bubble(SECRET).waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('asks for the word first, and keeps the text when it is not given', async () => {
    await bubble(SECRET).hover();
    await byId(page, 'remove-text').first().click();
    const dialog = byId(page, 'remove-text-dialog');
    await dialog.waitFor();
    assert.ok(await byId(page, 'remove-text-confirm').isDisabled(), 'nothing typed');
    await byId(page, 'remove-text-word').fill('delete');
    assert.ok(await byId(page, 'remove-text-confirm').isDisabled(), 'another word');
    await picture('remove-dialog');
    assert.deepEqual(await seriousViolations(page), []);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await bubble(SECRET).waitFor();
  });

  it('removes it with the keyboard alone, here and at the carrier, and finds it nowhere afterwards', async () => {
    await byId(page, 'remove-text').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-testid="remove-text-word"]:focus').waitFor();
    await page.keyboard.type('remove');
    await page.keyboard.press('Enter');
    await byId(page, 'removal-note').filter({ hasText: 'at Twilio: done' }).waitFor({ timeout: 60_000 });
    assert.equal(await bubble(SECRET).count(), 0);
    assert.equal(await byId(page, 'conversation-row').filter({ hasText: SECRET }).count(), 0);
    await byId(page, 'conversation-row').filter({ hasText: 'No words' }).waitFor();
    await picture('removed');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'search-open').click();
    await byId(page, 'search-input').fill('blue one in the drawer');
    await page.getByText('Nothing found').waitFor();
    await page.keyboard.press('Escape');
  });

  it('complained about nothing', () => {
    assert.deepEqual(page.complaints, []);
  });
});
