// The agent's desk on the real app: what sleeps wakes, a note stays inside, a view shows what it says.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_URL && !process.env.TERN_DEVSERVER_BIN && 'neither TERN_URL nor TERN_DEVSERVER_BIN is set';
const pictures = process.env.TERN_PICTURES;

describe("the agent's desk", { skip }, () => {
  let browser;
  let server;
  let page;

  const shot = async (name) => pictures && page.screenshot({ path: `${pictures}/${name}.png` });
  const row = (text) => byId(page, 'conversation-row').filter({ hasText: text });

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    const first = byId(page, 'first-run-practice');
    await first.or(byId(page, 'handset-pane')).first().waitFor();
    if (await first.isVisible()) await first.click();
    await byId(page, 'handset-input').fill('Is my bicycle ready?');
    await byId(page, 'handset-send').click();
    await row('Is my bicycle ready?').waitFor({ timeout: 20_000 });
    await row('Is my bicycle ready?').click();
    await byId(page, 'message-bubble').first().waitFor();
    await byId(page, 'act-take').click();
    await byId(page, 'act-finish').waitFor();
    await byId(page, 'handset-toggle').click();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('writes a private note by key, shows it as one, and lets it be changed and taken back', async () => {
    await byId(page, 'thread').click();
    await page.keyboard.press('n');
    await byId(page, 'note-input').fill('Prefers to be called in the morning');
    await shot('note-editor');
    await page.keyboard.press('Control+Enter');
    const note = byId(page, 'note').filter({ hasText: 'Prefers to be called in the morning' });
    await note.waitFor();
    await shot('note');
    await note.getByRole('button', { name: 'Change the note' }).click();
    await byId(page, 'note').getByRole('textbox').fill('Prefers evenings');
    await byId(page, 'note').getByRole('button', { name: 'Save' }).click();
    await byId(page, 'note').filter({ hasText: 'Prefers evenings' }).waitFor();
    await byId(page, 'note').getByRole('button', { name: 'Delete the note' }).click();
    await byId(page, 'note').waitFor({ state: 'detached' });
    await byId(page, 'toast').getByRole('button', { name: 'Undo' }).first().click();
    await byId(page, 'note').filter({ hasText: 'Prefers evenings' }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('says what a typed time means, sleeps, and comes back by itself', async () => {
    await byId(page, 'snooze-open').click();
    await byId(page, 'snooze-input').fill('tue 9');
    await byId(page, 'snooze-meaning').filter({ hasText: 'Tuesday' }).waitFor();
    await shot('snooze');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'snooze-input').fill('soonish');
    await byId(page, 'snooze-meaning').filter({ hasText: 'This is no time' }).waitFor();
    await byId(page, 'snooze-input').fill('1m');
    await byId(page, 'snooze-meaning').filter({ hasText: 'Comes back' }).waitFor();
    await page.keyboard.press('Enter');
    await row('Is my bicycle ready?').waitFor({ state: 'detached' });
    await byId(page, 'list-menu').click();
    await shot('list-menu');
    await byId(page, 'list-snoozed').click();
    await row('Is my bicycle ready?').waitFor();
    await shot('snoozed-list');
    await byId(page, 'list-tab-ongoing').click();
    await row('Is my bicycle ready?').waitFor({ timeout: 90_000 });
    await byId(page, 'unread-badge').first().waitFor();
  });

  it('makes a view by form, shows it, deletes it and has it back', async () => {
    await row('Is my bicycle ready?').click();
    await byId(page, 'pin-toggle').click();
    await page.locator('[data-testid="pin-toggle"][aria-pressed="true"]').waitFor();
    await byId(page, 'list-menu').click();
    await byId(page, 'view-new').click();
    await byId(page, 'view-name').fill('Mine to watch');
    const rows = page.getByRole('group', { name: /^Row/ });
    await rows.nth(1).getByRole('button', { name: /^Remove/ }).click();
    await rows.first().getByRole('combobox').first().selectOption({ label: 'Pinned' });
    await shot('view-editor');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'view-save').click();
    await page.getByRole('heading', { name: 'Mine to watch' }).waitFor();
    await row('Is my bicycle ready?').waitFor();
    await shot('view');
    await byId(page, 'list-menu').click();
    await byId(page, 'list-view').filter({ hasText: 'Mine to watch' }).waitFor();
    await page.getByRole('menuitem', { name: 'Change views…' }).click();
    await page.getByRole('button', { name: 'Delete “Mine to watch”' }).click();
    await page.getByRole('button', { name: 'Delete “Mine to watch”' }).waitFor({ state: 'detached' });
    await byId(page, 'toast').filter({ hasText: 'deleted' }).getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Delete “Mine to watch”' }).waitFor();
    await page.getByRole('button', { name: 'Mine to watch', exact: true }).click();
    await page.getByRole('button', { name: 'Write it by hand' }).click();
    await page.getByRole('textbox', { name: 'by hand' }).fill('pined && unread > 0');
    await byId(page, 'condition-problem').filter({ hasText: 'Did you mean “pinned”?' }).waitFor();
    await shot('view-by-hand');
    await page.keyboard.press('Escape');
  });

  it('gives a transcript out without the note (H-12)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tern-given-'));
    try {
      if (!(await byId(page, 'export-open').first().isVisible())) await page.getByRole('button', { name: 'Details' }).click();
      await byId(page, 'export-open').first().click();
      await byId(page, 'export-folder').fill(folder);
      await byId(page, 'export-start').click();
      await byId(page, 'job-tray').filter({ hasText: 'Export done' }).click();
      await byId(page, 'job-dismiss').click();
      const [name] = await readdir(folder);
      const files = unzipSync(await readFile(join(folder, name)));
      const content = Object.values(files).map((bytes) => strFromU8(bytes)).join('\n');
      assert.match(content, /Is my bicycle ready/);
      assert.doesNotMatch(content, /evenings/);
      await shot('details');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('makes a messaging action, says what is wrong where it is wrong, and rehearses it', async () => {
    await byId(page, 'settings-open').click();
    await page.getByRole('tab', { name: 'Messaging actions' }).click();
    await byId(page, 'messaging-action').nth(1).waitFor();
    assert.equal(await byId(page, 'messaging-action').count(), 2);
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'messaging-action-new').click();
    await byId(page, 'messaging-action-wait').fill('0');
    await byId(page, 'messaging-action-save').click();
    await page.getByText('Give it a name.').waitFor();
    await page.getByText('Choose a wait between one minute and a year.').waitFor();
    await shot('action-problems');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'messaging-action-name').fill('Look soon');
    await byId(page, 'messaging-action-wait').fill('1');
    await page.getByText('minutes', { exact: true }).click();
    await byId(page, 'messaging-action-save').click();
    await byId(page, 'messaging-action').nth(2).waitFor();
    await byId(page, 'rehearse').click();
    await byId(page, 'rehearsal-words').filter({ hasText: 'would have happened' }).waitFor();
    await byId(page, 'rehearsed-firing').filter({ hasText: 'Look soon' }).first().waitFor();
    await shot('rehearsal');
    await byId(page, 'toast').filter({ hasText: 'saved' }).last().getByRole('button', { name: 'Undo' }).click();
    await byId(page, 'messaging-action').nth(2).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await byId(page, 'settings').waitFor({ state: 'detached' });
  });

  it('looks right in the dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html[data-theme="dark"]').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await shot('dark');
  });
});
