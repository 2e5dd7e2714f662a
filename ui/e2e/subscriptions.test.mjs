// What customers say about texts and notifications, on the real app through the development server.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const pictures = process.env.TERN_PICTURES;

describe('texts and notifications, on the real app', { skip }, () => {
  let browser;
  let server;
  let page;

  const blocked = () => byId(page, 'composer-blocked');
  const texts = () => byId(page, 'subscription-texts');
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
  // The handset and the details share one place.
  async function details() {
    if (!(await byId(page, 'subscription').isVisible())) await page.keyboard.press('Control+i');
    await byId(page, 'subscription').waitFor();
  }
  async function fromHandset(text) {
    if (!(await byId(page, 'handset-input').isVisible())) await byId(page, 'handset-toggle').click();
    await byId(page, 'handset-input').fill(text);
    await byId(page, 'handset-send').click();
    await byId(page, 'message-bubble').filter({ hasText: text }).last().waitFor();
  }

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    const first = byId(page, 'first-run-practice');
    await first.or(byId(page, 'handset-pane')).first().waitFor();
    if (await first.isVisible()) await first.click();
    await byId(page, 'handset-pane').waitFor();
    await byId(page, 'handset-input').fill('Hello, is my bike ready?');
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: 'is my bike ready' }).click();
    await byId(page, 'message-bubble').first().waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('S-1: a guest gets texts and no notifications', async () => {
    await details();
    await texts().filter({ hasText: 'They get texts' }).waitFor();
    await byId(page, 'subscription-notifications').filter({ hasText: 'linked to an account' }).waitFor();
  });

  it('V-36: asks what a text meant that is almost STOP, and takes a no', async () => {
    await fromHandset('stop please');
    await byId(page, 'stop-card').filter({ hasText: 'Do they want to stop?' }).waitFor();
    await picture('stop-card');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'stop-no').click();
    await byId(page, 'stop-card').waitFor({ state: 'detached' });
    await byId(page, 'composer-input').waitFor();
  });

  it('S-7: a yes locks the composer in words, and a mistake is unlocked', async () => {
    await fromHandset('Unsubscribe me');
    await byId(page, 'stop-yes').click();
    await blocked().filter({ hasText: 'wants no more texts' }).waitFor();
    await details();
    await texts().filter({ hasText: 'noted that they want no more texts' }).waitFor();
    await picture('locked-by-agent');
    await byId(page, 'stop-unlock').click();
    await byId(page, 'composer-input').waitFor();
    await texts().filter({ hasText: 'They get texts' }).waitFor();
  });

  it('S-7, S-8: STOP locks with the reason, START unlocks and is answered with one line', async () => {
    await fromHandset('STOP');
    await blocked().filter({ hasText: 'opted out' }).waitFor();
    await details();
    await byId(page, 'subscription').locator('summary').click();
    await byId(page, 'consent-line').filter({ hasText: 'No more texts' }).first().waitFor();
    await byId(page, 'subscription').scrollIntoViewIfNeeded();
    await picture('stopped');
    assert.deepEqual(await seriousViolations(page), []);
    // The carrier's time is whole seconds, and within one STOP wins.
    const stoppedAt = Date.now();
    await until('a later second', () => Date.now() > stoppedAt + 1_000);
    await fromHandset('START');
    await byId(page, 'composer-input').waitFor();
    await byId(page, 'handset-text').filter({ hasText: 'Notifications need a linked account' }).waitFor({ timeout: 30_000 });
  });

  it('keeps the record as a file', async () => {
    await details();
    await byId(page, 'subscription').getByRole('button', { name: 'Record' }).click();
    const download = page.waitForEvent('download');
    await byId(page, 'consent-save-conversation-text').click();
    const file = await download;
    assert.match(file.suggestedFilename(), /^tern-consent-.*\.csv$/);
  });
});
