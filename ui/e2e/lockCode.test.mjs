// The authenticator app at the lock, on the real app through the development server: set up with PIN and first code,
// asked for when unlocking, required of everybody, and reset by an administrator.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const PICTURES = process.env.TERN_PICTURES;
const PIN = '4071';
const BENS = '9024';

describe('the authenticator app at the lock', { skip }, () => {
  let browser;
  let server;
  let page;
  let secret;

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
  // Each code counts once: `later` is for the one after it, which a clock that is a little ahead shows already.
  const codeOf = (of, later = 0) => execFileSync('oathtool', ['--totp', '--base32', of, '--now', `+${later} seconds`]).toString().trim();
  const security = async () => {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-security').click();
    await byId(page, 'lock-section').scrollIntoViewIfNeeded();
  };
  const closeSettings = async () => {
    await page.keyboard.press('Escape');
    await byId(page, 'settings').waitFor({ state: 'detached' });
  };
  const setPin = async (row, pin) => {
    await byId(page, 'agent-row').nth(row).getByRole('button', { name: 'Change' }).click();
    await byId(page, 'agent-pin').fill(pin);
    await byId(page, 'agent-pin-save').click();
    await byId(page, 'toast').filter({ hasText: 'PIN set' }).last().waitFor();
    await page.getByRole('button', { name: 'Cancel' }).last().click();
    await byId(page, 'agent-pin').waitFor({ state: 'detached' });
  };
  const lock = async () => {
    await page.keyboard.press('Control+l');
    await byId(page, 'app-locked').waitFor();
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

  it('is set up with the PIN and a first code', async () => {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-team').click();
    await byId(page, 'agent-add').click();
    await byId(page, 'agent-name').fill('Ben');
    await byId(page, 'agent-save').click();
    await byId(page, 'agent-row').nth(1).waitFor();
    const isBen = (await byId(page, 'agent-row').first().innerText()).includes('Ben');
    await setPin(isBen ? 1 : 0, PIN);
    await setPin(isBen ? 0 : 1, BENS);
    await closeSettings();
    await security();
    await byId(page, 'lock-on').click();
    await inBothThemes('lock-code-section');
    await byId(page, 'lock-code-set-up').click();
    await byId(page, 'lock-code-secret').fill('9999');
    await byId(page, 'lock-code-prove').click();
    await byId(page, 'lock-code-dialog').getByText('The PIN is not right.').waitFor();
    await byId(page, 'lock-code-secret').fill(PIN);
    await byId(page, 'lock-code-prove').click();
    secret = await byId(page, 'app-secret').innerText();
    await inBothThemes('lock-code-scan');
    await byId(page, 'app-code').fill(codeOf(secret));
    await byId(page, 'app-confirm').click();
    await byId(page, 'lock-code-dialog').waitFor({ state: 'detached' });
    await byId(page, 'lock-code-remove').waitFor();
    assert.equal((await page.content()).includes(secret), false);
  });

  it('is asked of everybody where an administrator wants it', async () => {
    const section = byId(page, 'lock-section');
    await section.getByLabel('Everybody at this desk has to use it').click();
    await byId(page, 'lock-code-ask').click();
    await byId(page, 'lock-code-remove').waitFor({ state: 'detached' });
    await inBothThemes('lock-code-required');
    await closeSettings();
    await lock();
    await byId(page, 'lock-code').waitFor();
    await inBothThemes('lock-code-asked');
    await byId(page, 'lock-who').selectOption({ label: 'Ben' });
    await byId(page, 'lock-code').waitFor({ state: 'detached' });
    await byId(page, 'lock-secret').fill(BENS);
    await byId(page, 'lock-open').click();
    const bens = await byId(page, 'app-secret').innerText();
    await byId(page, 'app-locked').getByText('Ben, set yours up now').waitFor();
    await inBothThemes('lock-code-first-time');
    await byId(page, 'app-code').fill(codeOf(bens));
    await byId(page, 'app-confirm').click();
    await byId(page, 'app-locked').waitFor({ state: 'detached' });
    await byId(page, 'settings-open').waitFor();
  });

  it('tells not which of the two was wrong, and opens with both', async () => {
    await lock();
    const who = byId(page, 'lock-who');
    const first = await who.locator('option').nth(1).innerText();
    await who.selectOption({ label: first });
    await byId(page, 'lock-secret').fill(PIN);
    await byId(page, 'lock-code').fill('000000');
    await byId(page, 'lock-open').click();
    await byId(page, 'app-locked').getByText('The PIN or the code is not right.').waitFor();
    await inBothThemes('lock-code-wrong');
    await byId(page, 'lock-secret').fill(PIN);
    await byId(page, 'lock-code').fill(codeOf(secret, 30));
    await byId(page, 'lock-open').click();
    await byId(page, 'app-locked').waitFor({ state: 'detached' });
  });

  it('is reset by an administrator where it was lost', async () => {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-team').click();
    await byId(page, 'agent-row').filter({ hasText: 'Ben' }).getByRole('button', { name: 'Change' }).click();
    await byId(page, 'lock-code-reset').scrollIntoViewIfNeeded();
    await inBothThemes('lock-code-reset');
    await byId(page, 'lock-code-reset').click();
    await byId(page, 'toast').filter({ hasText: 'Authenticator app reset' }).waitFor();
    await byId(page, 'lock-code-reset').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Cancel' }).last().click();
    await closeSettings();
    await lock();
    await byId(page, 'lock-code-lost').click();
    await byId(page, 'app-locked').getByText('Another administrator can unlock Tern').waitFor();
    await inBothThemes('lock-code-lost');
  });

  it('asked for nothing that the policy refuses', () => {
    // The PIN and the code that were refused on purpose, and what the desk asked for as it was locked.
    const others = page.complaints.filter((it) => !/status of 4\d\d/.test(it));
    assert.deepEqual(others, []);
  });
});
