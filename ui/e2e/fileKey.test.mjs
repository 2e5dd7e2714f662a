// The key of the files on the real app through the development server: a recovery code that counts once it was typed
// back, another key, and the way in when the passphrase is forgotten or the keychain has lost the key.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const PICTURES = process.env.TERN_PICTURES;
const KEY = '5a'.repeat(32);
const WORDS = 'Is my heron here?';

describe('the key of the files', { skip }, () => {
  let browser;
  let server;
  let page;
  let folder;
  let code;

  const inBothThemes = async (name) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      assert.deepEqual(await seriousViolations(page), [], `${name}, ${colorScheme}`);
      if (!PICTURES) continue;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: `${PICTURES}/${name}-${colorScheme}.png` });
    }
    await page.emulateMedia({ colorScheme: 'light' });
  };
  const start = async (options) => {
    await page?.context().close();
    await server?.stop();
    server = await startDevserver({ folder, ...options });
    page = await open(browser, server.url);
  };
  const openSecurity = async () => {
    await byId(page, 'handset-pane').waitFor();
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Security' }).click();
    await byId(page, 'key-section').waitFor();
  };
  const makeCode = async (picture, passphrase) => {
    await byId(page, 'recovery-make').click();
    if (passphrase) {
      await byId(page, 'recovery-proof').fill('wrong horse');
      await byId(page, 'recovery-prove').click();
      await byId(page, 'recovery-dialog').getByRole('alert').waitFor();
      await inBothThemes('recovery-proof');
      await byId(page, 'recovery-proof').fill(passphrase);
      await byId(page, 'recovery-prove').click();
    }
    await byId(page, 'recovery-shown').waitFor();
    const groups = await byId(page, 'recovery-shown').locator('span').allTextContents();
    assert.equal(groups.length, 7);
    if (picture) {
      await inBothThemes(picture);
      await page.emulateMedia({ media: 'print' });
      assert.ok(await byId(page, 'recovery-sheet').isVisible());
      assert.ok(!(await byId(page, 'key-section').isVisible()), 'nothing of the desk is printed with it');
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/${picture}-print.png` });
      await page.emulateMedia({ media: 'screen' });
    }
    await byId(page, 'recovery-kept').click();
    await byId(page, 'recovery-group').fill('UUUU');
    await byId(page, 'recovery-confirm').click();
    await page.getByText('That is not what the code has there.').waitFor();
    if (picture) await inBothThemes(`${picture}-typed-back`);
    const place = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'].indexOf(await byId(page, 'recovery-dialog').locator('form b').textContent());
    await byId(page, 'recovery-group').fill(groups[place].toLowerCase());
    await byId(page, 'recovery-confirm').click();
    await byId(page, 'recovery-revoke').waitFor();
    return groups.join('-');
  };

  before(async () => {
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), 'tern-key-'));
    await start({ more: ['--key-hex', KEY] });
    await byId(page, 'handset-input').fill(WORDS);
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: WORDS }).waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('has a recovery code that counts once a part of it was typed back', async () => {
    await openSecurity();
    await inBothThemes('key-settings');
    code = await makeCode('recovery-code');
    await byId(page, 'recovery-section').getByText('Made Today').waitFor();
    assert.equal(await page.getByText(code.slice(0, 4), { exact: true }).count(), 0, 'it is shown once');
  });

  it('lets somebody in when the keychain has lost the key, and says that the key should be replaced', async () => {
    await start({ practice: false });
    await byId(page, 'blocked').waitFor();
    await inBothThemes('key-lost');
    await byId(page, 'recovery-open').click();
    await byId(page, 'recovery-code').fill(`${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`);
    await byId(page, 'recovery-submit').click();
    await page.getByText('mistyped').waitFor();
    await inBothThemes('recovery-form');
    await byId(page, 'recovery-code').fill(code.toLowerCase());
    await byId(page, 'recovery-submit').click();
    await byId(page, 'conversation-row').filter({ hasText: WORDS }).waitFor();
    await openSecurity();
    await byId(page, 'key-advice').scrollIntoViewIfNeeded();
    await inBothThemes('key-advice');
  });

  it('is replaced, with everything still there and the code useless', async () => {
    await byId(page, 'key-rotate').click();
    await byId(page, 'key-dialog').waitFor();
    await inBothThemes('key-replace');
    await byId(page, 'key-rotate-sure').click();
    await byId(page, 'toast').filter({ hasText: 'The key was replaced' }).waitFor({ timeout: 60_000 });
    await byId(page, 'conversation-row').filter({ hasText: WORDS }).waitFor();
    await openSecurity();
    await byId(page, 'key-section').getByText('last replaced').waitFor();
    await byId(page, 'recovery-section').getByText('There is none.').waitFor();
    // What was asked while the desk was closed is refused; nothing else goes wrong.
    assert.deepEqual(page.complaints.filter((it) => !it.includes('status of 422')), []);
  });

  it('gets another passphrase from whoever has the code', async () => {
    await rm(folder, { recursive: true, force: true });
    await page.context().close();
    await server.stop();
    page = server = null;
    folder = await mkdtemp(join(tmpdir(), 'tern-key-'));
    const passphrase = join(folder, 'passphrase');
    writeFileSync(passphrase, 'correct horse\n');
    await start({ more: ['--passphrase-file', passphrase] });
    await openSecurity();
    code = await makeCode(null, 'correct horse');
    await start({ practice: false, more: ['--no-keychain'] });
    await byId(page, 'locked').waitFor();
    await inBothThemes('passphrase-forgotten');
    await byId(page, 'recovery-open').click();
    await byId(page, 'recovery-code').fill(code);
    await byId(page, 'passphrase-input').fill('battery staple');
    await byId(page, 'passphrase-repeat').fill('battery staple');
    await inBothThemes('recovery-form-passphrase');
    await byId(page, 'recovery-submit').click();
    await openSecurity();
    await byId(page, 'key-rotate').click();
    await byId(page, 'key-passphrase').fill('correct horse');
    await byId(page, 'key-rotate-sure').click();
    await byId(page, 'key-dialog').getByText('The passphrase is not right.').waitFor();
    await byId(page, 'key-passphrase').fill('battery staple');
    await byId(page, 'key-rotate-sure').click();
    await byId(page, 'toast').filter({ hasText: 'The key was replaced' }).waitFor({ timeout: 60_000 });
  });
});
