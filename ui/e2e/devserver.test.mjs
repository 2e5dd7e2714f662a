// The window on the real app through the development server: TERN_URL names a running one, or
// TERN_DEVSERVER_BIN the program to start on the practice line. Without either there is nothing to test.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { byId, launch, open, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_URL && !process.env.TERN_DEVSERVER_BIN && 'neither TERN_URL nor TERN_DEVSERVER_BIN is set';

describe('the window on the real app', { skip }, () => {
  let browser;
  let server;
  let page;

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('comes up on the practice line', async () => {
    const first = byId(page, 'first-run-practice');
    await first.or(byId(page, 'handset-pane')).first().waitFor();
    if (await first.isVisible()) await first.click();
    await byId(page, 'handset-pane').waitFor();
  });

  it('shows a text from a handset within two seconds', async () => {
    await byId(page, 'handset-input').fill('Hello, is anybody there?');
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: 'Hello, is anybody there?' }).waitFor({ timeout: 4_000 });
    await byId(page, 'unread-badge').first().waitFor();
  });

  it('opens it, marks it as read, and takes it', async () => {
    await byId(page, 'conversation-row').first().click();
    await byId(page, 'message-bubble').filter({ hasText: 'Hello, is anybody there?' }).waitFor();
    await byId(page, 'unread-badge').first().waitFor({ state: 'detached' });
    const take = byId(page, 'act-take');
    if (await take.isVisible()) await take.click();
    await byId(page, 'act-finish').waitFor();
  });

  it('answers with text and a picture, which the handset shows, until it is delivered', async () => {
    await byId(page, 'composer-attach-input').setInputFiles({ name: 'blue.png', mimeType: 'image/png', buffer: bluePng(48) });
    await byId(page, 'attach-thumb').waitFor();
    await byId(page, 'composer-input').fill('Yes! Here is the picture.');
    await byId(page, 'composer-send').click();
    await byId(page, 'handset-text').filter({ hasText: 'Here is the picture.' }).waitFor({ timeout: 30_000 });
    await byId(page, 'delivery-words').filter({ hasText: 'Delivered' }).first().waitFor({ timeout: 30_000 });
    await until('the handset shows the picture', () =>
      byId(page, 'handset-pane').evaluate((pane) => [...pane.querySelectorAll('img')].some((image) => image.naturalWidth > 0)),
    );
  });

  it('keeps an answer while there is no network, and sends it once', async () => {
    await page.getByText('Try a bad day').click();
    await byId(page, 'handset-network').click();
    await byId(page, 'offline-bar').waitFor({ timeout: 40_000 });
    await byId(page, 'composer-input').fill('Written without a network');
    await byId(page, 'composer-send').click();
    await byId(page, 'message-bubble').filter({ hasText: 'Written without a network' }).waitFor();
    await byId(page, 'handset-network').click();
    await byId(page, 'offline-bar').waitFor({ state: 'detached', timeout: 40_000 });
    const arrived = byId(page, 'handset-text').filter({ hasText: 'Written without a network' });
    await arrived.first().waitFor({ timeout: 40_000 });
    assert.equal(await arrived.count(), 1);
  });

  it('finds what was written', async () => {
    await byId(page, 'search-open').click();
    await byId(page, 'search-input').fill('without a netw');
    await byId(page, 'search-hit').first().waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await page.keyboard.press('Enter');
    await page.locator('.highlighted').waitFor();
  });

  it('has nothing serious for axe to find, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      assert.deepEqual(await seriousViolations(page), [], colorScheme);
      await byId(page, 'settings-open').click();
      await byId(page, 'settings').waitFor();
      assert.deepEqual(await seriousViolations(page), [], `settings, ${colorScheme}`);
      await page.keyboard.press('Escape');
      await byId(page, 'settings').waitFor({ state: 'detached' });
    }
  });

  it('asked for nothing that the policy refuses', () => {
    assert.deepEqual(page.complaints, []);
  });
});

/** A square picture of one colour, made here so that no binary file has to be kept. */
function bluePng(side) {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes) => (bytes.reduce((c, byte) => crcTable[(c ^ byte) & 0xff] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.concat(Array.from({ length: side }, () => Buffer.from([15, 98, 146])))]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: side }, () => line)));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}
