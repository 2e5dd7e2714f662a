// PIN and authenticator app on the real app through the development server: a PIN that nobody can read on the
// screen, one that is shown once, an app proved by its first code, and nothing of it left behind.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const PICTURES = process.env.TERN_PICTURES;

describe('verification on the real app', { skip }, () => {
  let browser;
  let server;
  let page;

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
  const type = async (pin) => {
    for (const digit of pin) await byId(page, 'pin-pad').getByRole('button', { name: digit, exact: true }).click();
  };
  const enterPin = async (first, second) => {
    await byId(page, 'pin-pad').getByText('The PIN', { exact: true }).waitFor();
    await type(first);
    await byId(page, 'pin-pad').getByText('The PIN once more').waitFor();
    await type(second);
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

  it('offers it for users, from the pane beside their conversation', async () => {
    const csv = Buffer.from('name,mobile phone\r\nJane Doe,+12025550143\r\n');
    await byId(page, 'handset-input').fill('Is my bike ready?');
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: 'Is my bike ready?' }).waitFor();
    await byId(page, 'people-open').click();
    await byId(page, 'people-import').click();
    await byId(page, 'import-file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: csv });
    await byId(page, 'import-sum').waitFor();
    await byId(page, 'import-apply').click();
    await byId(page, 'toast').filter({ hasText: '1 ' }).waitFor({ timeout: 30_000 });
    await page.keyboard.press('Escape');
    await page.getByLabel('Inbox').first().click();
    await byId(page, 'conversation-row').filter({ hasText: 'Jane Doe' }).click();
    if (!(await byId(page, 'identity').isVisible())) await page.keyboard.press('Control+i');
    await byId(page, 'verification').getByText('Neither PIN nor authenticator app').waitFor();
    await byId(page, 'account-link').getByText('Not linked to their account').waitFor();
  });

  it('says why a PIN is not taken, and takes one that nobody can read on the screen', async () => {
    await byId(page, 'verification-open').click();
    await inBothThemes('verification');
    await byId(page, 'pin-choose').click();
    await enterPin('123582', '123582');
    await byId(page, 'verification-dialog').getByText('must not count up or down').waitFor();
    await type('4829');
    assert.equal((await byId(page, 'verification-dialog').innerText()).includes('4829'), false);
    await inBothThemes('verification-pin');
    await type('13');
    await byId(page, 'pin-pad').getByText('The PIN once more').waitFor();
    await type('482913');
    await byId(page, 'verification-history').getByText('Set a PIN that the user chose').waitFor();
  });

  it('shows a drawn PIN once', async () => {
    await byId(page, 'pin-draw').click();
    const pin = await byId(page, 'pin-shown').innerText();
    assert.match(pin, /^\d{6}$/);
    await inBothThemes('verification-drawn');
    // On paper there is one sheet with the name, the PIN between its folds, and nothing of the desk.
    await page.emulateMedia({ media: 'print' });
    assert.ok(await byId(page, 'pin-sheet').getByText(pin).isVisible());
    for (const behind of ['verification-dialog', 'conversation-row', 'handset-pane']) assert.equal(await byId(page, behind).first().isVisible(), false, behind);
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/verification-sheet.png`, fullPage: true });
    const sheet = (await page.pdf({ format: 'A4', margin: { top: '20mm', bottom: '20mm', left: '20mm', right: '20mm' } })).toString('latin1');
    assert.equal(sheet.match(/\/Type\s*\/Page\b/g)?.length, 1);
    await page.emulateMedia({ media: 'screen' });
    await byId(page, 'pin-shown-done').click();
    await byId(page, 'verification-history').getByText('Had a PIN drawn').waitFor();
    assert.equal((await page.content()).includes(pin), false);
  });

  it('enrols an app by its first code, and leaves no secret in the window', async () => {
    await byId(page, 'app-begin').click();
    const secret = await byId(page, 'app-secret').innerText();
    await inBothThemes('verification-app');
    await byId(page, 'app-code').fill('12');
    await byId(page, 'app-confirm').click();
    await byId(page, 'verification-dialog').getByText('six digits').waitFor();
    await byId(page, 'app-code').fill(execFileSync('oathtool', ['--totp', '--base32', secret]).toString().trim());
    await byId(page, 'app-confirm').click();
    await byId(page, 'verification-history').getByText('Enrolled an authenticator app').waitFor();
    assert.equal((await page.content()).includes(secret), false);
    await page.keyboard.press('Escape');
    await byId(page, 'verification').getByText('PIN and authenticator app are set up.').waitFor();
  });

  it('finds the same beside the person in the directory', async () => {
    await byId(page, 'people-open').click();
    await byId(page, 'person-row').filter({ hasText: 'Jane Doe' }).click();
    await byId(page, 'verification').getByText('PIN and authenticator app are set up.').waitFor();
    await inBothThemes('verification-directory');
    await byId(page, 'verification-open').click();
    await byId(page, 'verification-history').getByText('Enrolled an authenticator app').waitFor();
    await page.keyboard.press('Escape');
    await byId(page, 'verification-dialog').waitFor({ state: 'detached' });
    await page.getByLabel('Inbox').first().click();
    await byId(page, 'conversation-row').filter({ hasText: 'Jane Doe' }).click();
  });

  it('says in the settings what asks for them, what that lacks and who is ready', async () => {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-identity').click();
    await byId(page, 'enrolled-section').filter({ hasText: 'Jane Doe' }).getByText('ready').waitFor();
    await byId(page, 'chat-part-link_account').click();
    const proof = byId(page, 'proof-section');
    await proof.getByText('The virtual agent does the asking, and it is off.').waitFor();
    await inBothThemes('identity-settings');
    // It is one of the virtual agent's parts, decided here and nowhere else.
    await proof.getByRole('button', { name: 'Virtual agent' }).click();
    const agent = byId(page, 'virtual-agent-page');
    await agent.waitFor();
    assert.equal(await byId(page, 'chat-part-greeting').count(), 1);
    assert.equal(await byId(page, 'chat-part-link_account').count(), 0);
    await agent.getByRole('button', { name: 'Identity' }).click();
    await proof.waitFor();
    assert.equal(await byId(page, 'chat-part-link_account').getAttribute('aria-checked'), 'true');
    await page.keyboard.press('Escape');
    await byId(page, 'settings').waitFor({ state: 'detached' });
  });

  it('asks for a code by text instead of the app where that is chosen, says what it means, and takes it back', async () => {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-identity').click();
    const choice = byId(page, 'second-factor');
    assert.ok(await choice.getByRole('radio', { name: 'Authenticator app (recommended)' }).isChecked());
    await choice.getByText('Code by text').click();
    // At once: the way back does not stay for long.
    await byId(page, 'toast').filter({ hasText: 'The second proof is a code by text' }).getByRole('button', { name: 'Undo' }).click();
    await byId(page, 'proof-section').getByText('At most three codes an hour').waitFor({ state: 'detached' });
    await byId(page, 'enrolled-section').getByText('a PIN and an authenticator app').waitFor();
    assert.ok(await choice.getByRole('radio', { name: 'Authenticator app (recommended)' }).isChecked());
    await choice.getByText('Code by text').click();
    await byId(page, 'proof-section').getByText('At most three codes an hour').waitFor();
    await choice.getByText('whoever holds the phone lacks only the PIN').waitFor();
    await byId(page, 'enrolled-section').getByText('It takes a mobile phone in the directory and a PIN.').waitFor();
    await inBothThemes('identity-second-factor');
    await page.keyboard.press('Escape');
    await byId(page, 'settings').waitFor({ state: 'detached' });
  });

  it('starts over after asking once more', async () => {
    await byId(page, 'verification-open').click();
    await byId(page, 'verification-reset').click();
    await byId(page, 'verification-reset-sure').click();
    await byId(page, 'verification-history').getByText('Reset PIN and authenticator').waitFor();
    await page.keyboard.press('Escape');
    await byId(page, 'verification').getByText('The PIN is not set up.').waitFor();
  });

  it('asked for nothing that the policy refuses', () => {
    // The PIN and the code that were refused on purpose.
    const refused = page.complaints.filter((it) => it.includes('status of 422'));
    assert.equal(refused.length, 2);
    assert.deepEqual(page.complaints.filter((it) => !it.includes('status of 422')), []);
  });
});
