// Backups on the real app through the development server: set up, made, tried, deleted; restored on another computer.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const PICTURES = process.env.TERN_PICTURES;
const KEY = '5a'.repeat(32);
const WORDS = 'Is my heron here?';
const PASSPHRASE = 'a heron stands in the rain';

describe('backups', { skip }, () => {
  let browser;
  let server;
  let page;
  let folder;
  let backups;
  let elsewhere;

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
  const openBackup = async () => {
    await byId(page, 'handset-pane').waitFor();
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Backup' }).click();
    await byId(page, 'backup-section').waitFor();
  };

  before(async () => {
    browser = await launch();
    [folder, backups, elsewhere] = await Promise.all(['tern-desk-', 'tern-backups-', 'tern-other-'].map((name) => mkdtemp(join(tmpdir(), name))));
    await start({ more: ['--key-hex', KEY] });
    await byId(page, 'handset-input').fill(WORDS);
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: WORDS }).waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await Promise.all([folder, backups, elsewhere].filter(Boolean).map((it) => rm(it, { recursive: true, force: true })));
  });

  it('are set up with a folder that is there and a passphrase that is typed twice', async () => {
    await openBackup();
    await inBothThemes('backup-none');
    await byId(page, 'backup-folder').fill(join(backups, 'unplugged'));
    await byId(page, 'backup-passphrase').fill(PASSPHRASE);
    await byId(page, 'backup-repeat').fill('another');
    await byId(page, 'backup-save').click();
    await page.getByText('The two are not the same.').waitFor();
    await byId(page, 'backup-repeat').fill(PASSPHRASE);
    await byId(page, 'backup-save').click();
    await page.getByText('The folder is not there.').waitFor();
    await inBothThemes('backup-place');
    await byId(page, 'backup-folder').fill(backups);
    await byId(page, 'backup-save').click();
    await byId(page, 'backup-now').waitFor();
    assert.equal(await byId(page, 'backup-last').textContent(), 'None yet');
  });

  it('are made, tried and deleted', async () => {
    await byId(page, 'backup-now').click();
    await byId(page, 'backup-row').filter({ hasText: '1 text in 1 conversation' }).waitFor();
    await byId(page, 'backup-now').click();
    await byId(page, 'backup-row').nth(1).waitFor();
    await byId(page, 'backup-try').first().click();
    await byId(page, 'backup-report').getByText('is whole').waitFor();
    await byId(page, 'backup-report').scrollIntoViewIfNeeded();
    await inBothThemes('backup-report');
    await byId(page, 'backup-delete').last().click();
    await byId(page, 'backup-delete').filter({ hasText: 'Yes, delete it' }).click();
    await byId(page, 'backup-row').nth(1).waitFor({ state: 'detached' });
    await byId(page, 'backup-list').scrollIntoViewIfNeeded();
    await inBothThemes('backup-list');
  });

  it('say when a part is gone', async () => {
    const [top] = await readdir(backups);
    const [desk] = await readdir(join(backups, top));
    const chunks = join(backups, top, desk, 'chunks');
    await rename(chunks, `${chunks}-away`);
    await byId(page, 'backup-try').first().click();
    await page.getByText('Parts of this backup are not as they were written').first().waitFor();
    await inBothThemes('backup-broken');
    await rename(`${chunks}-away`, chunks);
  });

  it('are restored on another computer', async () => {
    await page?.context().close();
    await server?.stop();
    server = await startDevserver({ folder: elsewhere, practice: false });
    page = await open(browser, server.url);
    await byId(page, 'first-run-restore').waitFor();
    await inBothThemes('first-run');
    await byId(page, 'first-run-restore').click();
    await byId(page, 'restore-path').fill(elsewhere);
    await byId(page, 'restore-look').click();
    await page.getByText('There is no backup of Tern in this folder.').waitFor();
    await inBothThemes('restore-folder');
    await byId(page, 'restore-path').fill(backups);
    await byId(page, 'restore-look').click();
    await byId(page, 'restore-passphrase').fill('not the passphrase');
    if (await byId(page, 'passphrase-input').isVisible()) {
      await byId(page, 'passphrase-input').fill('of this computer');
      await byId(page, 'passphrase-repeat').fill('of this computer');
    }
    await byId(page, 'restore-start').click();
    await page.getByText('This is not the passphrase of these backups.').waitFor();
    await inBothThemes('restore-form');
    await byId(page, 'restore-passphrase').fill(PASSPHRASE);
    await byId(page, 'restore-start').click();
    await byId(page, 'toast').filter({ hasText: 'Restored the backup of' }).waitFor();
    await byId(page, 'conversation-row').filter({ hasText: WORDS }).waitFor();
    await inBothThemes('restored');
  });

  it('take the place of an open desk, which a wrong passphrase leaves alone', async () => {
    await start({ practice: false, more: ['--key-hex', KEY] });
    await byId(page, 'handset-input').fill('Written since');
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: 'Written since' }).waitFor();
    await openBackup();
    await byId(page, 'backup-restore').click();
    const dialog = byId(page, 'backup-restore-dialog');
    await dialog.getByText('Where are the backups?').waitFor();
    await inBothThemes('restore-here-folder');
    // Looked in first is where this desk's backups go; Escape leaves without a trace.
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await byId(page, 'backup-restore').click();
    await byId(page, 'restore-look').click();
    await dialog.getByText('only in the file that is kept').waitFor();
    assert.equal(await byId(page, 'restore-passphrase').evaluate((field) => field === document.activeElement), true, 'it is typed at once');
    await inBothThemes('restore-here');
    await page.keyboard.type('not the passphrase');
    await page.keyboard.press('Enter');
    await dialog.getByText('This is not the passphrase of these backups.').waitFor();
    assert.equal(await byId(page, 'toast').count(), 0, 'it is said once, where it was typed');
    await inBothThemes('restore-here-wrong');
    await page.keyboard.type(PASSPHRASE);
    await page.keyboard.press('Enter');
    await byId(page, 'toast').filter({ hasText: 'is kept as' }).waitFor();
    await byId(page, 'conversation-row').filter({ hasText: 'Written since' }).waitFor();
    await inBothThemes('restored-here');
  });

  it('fill in what a damaged file does not give any more', async () => {
    await page?.context().close();
    await server?.stop();
    const file = join(folder, 'practice.tern');
    const whole = await readFile(file);
    await truncate(file, Math.floor((whole.length / 4096) * 0.75) * 4096);
    server = await startDevserver({ folder, practice: false, more: ['--key-hex', KEY] });
    page = await open(browser, server.url);
    await byId(page, 'blocked-restore').filter({ hasText: 'Rebuild with a backup' }).click();
    await byId(page, 'restore-path').fill(backups);
    await byId(page, 'restore-look').click();
    await byId(page, 'restore-form').getByText('the backup fills in the rest').waitFor();
    await inBothThemes('rebuild-with-backup');
    // Parts that are not there change nothing, and it is said where the person is by then.
    const [top] = await readdir(backups);
    const [desk] = await readdir(join(backups, top));
    const chunks = join(backups, top, desk, 'chunks');
    await rename(chunks, `${chunks}-away`);
    await byId(page, 'restore-passphrase').fill(PASSPHRASE);
    await byId(page, 'restore-start').click();
    await byId(page, 'toast').filter({ hasText: 'Parts of this backup are not as they were written' }).waitFor();
    await byId(page, 'blocked').waitFor();
    await inBothThemes('rebuild-refused');
    await rename(`${chunks}-away`, chunks);
    await byId(page, 'blocked-restore').click();
    await byId(page, 'restore-path').fill(backups);
    await byId(page, 'restore-look').click();
    await byId(page, 'restore-passphrase').fill(PASSPHRASE);
    await byId(page, 'restore-start').click();
    await byId(page, 'toast').filter({ hasText: 'The old file is kept as' }).waitFor();
    await byId(page, 'conversation-row').filter({ hasText: WORDS }).waitFor();
    await inBothThemes('rebuilt-with-backup');
  });

  it('take the place of a damaged file', async () => {
    await page?.context().close();
    await server?.stop();
    await writeFile(join(folder, 'practice.tern'), 'x'.repeat(40_000));
    server = await startDevserver({ folder, practice: false, more: ['--key-hex', KEY] });
    page = await open(browser, server.url);
    await byId(page, 'blocked-restore').waitFor();
    await inBothThemes('restore-blocked');
    await byId(page, 'blocked-restore').click();
    await byId(page, 'restore-path').fill(backups);
    await byId(page, 'restore-look').click();
    await byId(page, 'restore-passphrase').fill(PASSPHRASE);
    await byId(page, 'restore-start').click();
    await byId(page, 'toast').filter({ hasText: 'is kept as' }).waitFor();
    await byId(page, 'conversation-row').filter({ hasText: WORDS }).waitFor();
  });
});
