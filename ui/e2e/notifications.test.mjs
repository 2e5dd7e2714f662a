// Notifications: what is chosen on their page, mistakes told where they are made, and the mark of silence.
// Runs like devserver.test.mjs; TERN_PICTURES names a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('notifications', { skip }, () => {
  let browser;
  let server;
  let page;

  const picture = async (name) => {
    if (process.env.TERN_PICTURES) await page.screenshot({ path: join(process.env.TERN_PICTURES, `${name}.png`) });
  };
  const settings = async (tab) => {
    await byId(page, 'settings-open').click();
    await byId(page, `settings-tab-${tab}`).click();
  };
  const saved = () => page.getByText('Saved', { exact: true }).waitFor();
  const dark = (on) => page.emulateMedia({ colorScheme: on ? 'dark' : 'light' });

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('begins with everything shown, heard and told once', async () => {
    assert.equal(await byId(page, 'silence-mark').count(), 0);
    await settings('notifications');
    await byId(page, 'notification-kind').nth(4).waitFor();
    for (const row of await byId(page, 'notification-kind').all()) {
      for (const box of await row.getByRole('checkbox').all()) assert.equal(await box.isChecked(), true);
    }
    assert.equal(await page.getByRole('switch', { name: 'Again, until you look' }).isChecked(), false);
    assert.equal(await byId(page, 'quiet-grid').count(), 0);
    await picture('notifications-1-light');
    assert.deepEqual(await seriousViolations(page), []);
    await dark(true);
    await picture('notifications-2-dark');
    assert.deepEqual(await seriousViolations(page), []);
    await dark(false);
  });

  it('chooses a kind apart, and repeats within reason', async () => {
    await page.getByRole('checkbox', { name: 'Colleagues’ conversations: shown' }).uncheck();
    await saved();
    assert.equal(await page.getByRole('checkbox', { name: 'Colleagues’ conversations: heard' }).isDisabled(), true);
    await page.getByRole('switch', { name: 'Again, until you look' }).click();
    const most = page.getByLabel('at most');
    await most.fill('51');
    await most.blur();
    await page.getByText('Choose 1 to 50 times.').waitFor();
    await most.fill('3');
    await most.blur();
    await page.getByText('Choose 1 to 50 times.').waitFor({ state: 'detached' });
  });

  it('takes quiet hours over midnight, and refuses what are none where they stand', async () => {
    await page.getByRole('switch', { name: 'Quiet hours' }).click();
    const monday = byId(page, 'quiet-grid').getByLabel('Monday');
    assert.equal(await monday.inputValue(), '22:00-07:00');
    await monday.fill('9-9');
    await monday.blur();
    await page.getByText('needs two different times').waitFor();
    await page.getByLabel('Saturday').scrollIntoViewIfNeeded();
    await picture('notifications-3-refused');
    assert.deepEqual(await seriousViolations(page), []);
    await dark(true);
    await picture('notifications-4-refused-dark');
    assert.deepEqual(await seriousViolations(page), []);
    await dark(false);
    for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
      const field = byId(page, 'quiet-grid').getByLabel(day);
      await field.fill(day === 'Sunday' ? '0:00-23:59' : '0-24');
      await field.blur();
    }
    await page.getByText('needs two different times').waitFor({ state: 'detached' });
    await byId(page, 'silence-mark').filter({ hasText: 'Quiet until' }).waitFor();
  });

  it('says in words what trying one would do here', async () => {
    await byId(page, 'notification-try').click();
    await byId(page, 'notification-tried').filter({ hasText: 'No notification service answers here' }).waitFor();
    await page.keyboard.press('Escape');
    await byId(page, 'settings').waitFor({ state: 'detached' });
    await picture('notifications-5-mark');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'silence-mark').click();
    await page.getByRole('switch', { name: 'Quiet hours' }).click();
    await byId(page, 'silence-mark').waitFor({ state: 'detached' });
  });

  it('is silent while away, if that is chosen, and says so', async () => {
    await page.getByRole('checkbox', { name: 'Away' }).check();
    await saved();
    await page.keyboard.press('Escape');
    await byId(page, 'presence-menu').click();
    await byId(page, 'presence-item').filter({ hasText: 'Away' }).click();
    await byId(page, 'silence-mark').filter({ hasText: 'Silent while Away' }).waitFor();
    await dark(true);
    await picture('notifications-6-away-dark');
    assert.deepEqual(await seriousViolations(page), []);
    await dark(false);
  });

  it('gives a queue its own sound, and keeps it', async () => {
    await settings('routing');
    await byId(page, 'queue-edit').click();
    await byId(page, 'queue-sound').selectOption('ring');
    await picture('notifications-7-queue');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'queue-save').click();
    await byId(page, 'queue-save').waitFor({ state: 'detached' });
    await byId(page, 'queue-edit').click();
    assert.equal(await byId(page, 'queue-sound').inputValue(), 'ring');
    assert.deepEqual(page.complaints, []);
  });
});
