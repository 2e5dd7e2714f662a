// A second agent joins: groups, a queue that asks them, an offer, its answer, handing on, and why.
// Runs like devserver.test.mjs; TERN_PICTURES names a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, choose, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('a team at one desk', { skip }, () => {
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
  const text = async (words) => {
    await byId(page, 'handset-input').fill(words);
    await byId(page, 'handset-send').click();
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

  it('shows one agent alone nothing but their presence', async () => {
    await byId(page, 'presence-menu').filter({ hasText: 'Available' }).waitFor();
    await text('Hello?');
    await byId(page, 'conversation-row').first().click();
    await byId(page, 'act-take').waitFor();
    assert.equal(await byId(page, 'work-strip').count(), 0);
    assert.equal(await byId(page, 'transfer-open').count(), 0);
    await byId(page, 'presence-menu').click();
    await picture('team-1-alone');
    await page.keyboard.press('Escape');
  });

  it('takes in a group and a second agent', async () => {
    await settings('team');
    await byId(page, 'group-name').fill('Front desk');
    await byId(page, 'group-add').click();
    await page.getByText('0 agents').waitFor();
    await byId(page, 'agent-add').click();
    await byId(page, 'agent-save').click();
    await page.getByText('The name is missing.').waitFor();
    await byId(page, 'agent-name').fill('Ben');
    await byId(page, 'agent-group').check();
    await picture('team-2-add-agent');
    await byId(page, 'agent-save').click();
    await byId(page, 'agent-row').nth(1).waitFor();
    await byId(page, 'agent-row').first().getByRole('button', { name: 'Change' }).click();
    await byId(page, 'agent-name').fill('Ana');
    await byId(page, 'agent-group').check();
    await byId(page, 'agent-save').click();
    await page.getByText('2 agents').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('team-3-team');
  });

  it('renames the group in place, and takes it back', async () => {
    const row = byId(page, 'group-row').filter({ hasText: '2 agents' });
    const before = (await row.locator('.who').evaluate((node) => node.firstChild.textContent)).trim();
    await byId(page, 'group-rename-start').click();
    await byId(page, 'group-rename').fill(' ');
    await byId(page, 'group-rename-save').click();
    await page.getByText('The name is missing.').waitFor();
    await page.keyboard.press('Escape');
    await byId(page, 'group-rename').waitFor({ state: 'detached' });
    assert.ok(await byId(page, 'settings').isVisible(), 'only the name is left, not the settings');
    await byId(page, 'group-rename-start').click();
    await byId(page, 'group-rename').fill('Reception');
    await picture('team-3-rename');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'group-rename').press('Enter');
    await row.filter({ hasText: 'Reception' }).waitFor();
    await byId(page, 'agent-row').first().filter({ hasText: 'Reception' }).waitFor();
    await byId(page, 'toast').filter({ hasText: 'Reception' }).getByRole('button', { name: 'Undo' }).click();
    await row.filter({ hasText: before }).waitFor();
  });

  it('gives the queue to the group, with hours that are refused where they are wrong', async () => {
    await byId(page, 'settings-tab-routing').click();
    await byId(page, 'queue-edit').click();
    await byId(page, 'pool-add').click();
    await byId(page, 'pool-group').check();
    await page.getByRole('switch', { name: 'Opening hours' }).click();
    const monday = byId(page, 'hours-grid').getByLabel('Monday');
    await monday.fill('9:00-17:00, 16:00-18:00');
    await monday.blur();
    await page.getByText('overlaps other hours').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('team-4-queue');
    await page.getByRole('switch', { name: 'Opening hours' }).click();
    await byId(page, 'queue-save').click();
    await page.getByText('asks Front desk').waitFor();
    await page.keyboard.press('Escape');
  });

  it('offers what waits, and the key accepts it', async () => {
    await byId(page, 'offer-card').first().waitFor();
    await picture('team-5-offer');
    assert.deepEqual(await seriousViolations(page), []);
    await page.locator('h1').first().click();
    await page.keyboard.press('a');
    await byId(page, 'offer-card').first().waitFor({ state: 'detached' });
    await byId(page, 'act-finish').waitFor();
  });

  it('hands on to a queue, says so, and calls it back', async () => {
    await byId(page, 'transfer-open').click();
    await byId(page, 'transfer-dialog').waitFor();
    await picture('team-6-transfer');
    assert.deepEqual(await seriousViolations(page), []);
    await choose(page.getByLabel('All texts'));
    await byId(page, 'transfer-submit').click();
    await byId(page, 'work-strip').waitFor();
    await byId(page, 'why-open').click();
    await byId(page, 'why-dialog').getByText('Ben').waitFor();
    await picture('team-7-why');
    await page.keyboard.press('Escape');
    await byId(page, 'transfer-cancel').click();
    await byId(page, 'work-strip').waitFor({ state: 'detached' });
  });

  it('lets Ben sit down, who finds only his own', async () => {
    await byId(page, 'presence-menu').click();
    await byId(page, 'sign-in-open').click();
    await page.locator('label').filter({ has: byId(page, 'sign-in-agent'), hasText: 'Ben' }).click();
    await picture('team-8-sign-in');
    await byId(page, 'sign-in-submit').click();
    await byId(page, 'presence-menu').filter({ hasText: 'Ben' }).waitFor();
    await text('One more');
    // The nameless agent was refused on purpose.
    assert.deepEqual(
      page.complaints.filter((it) => !it.includes('422')),
      [],
    );
    await page.emulateMedia({ colorScheme: 'dark' });
    await settings('routing');
    await page.getByText('Reasons for saying no').waitFor();
    assert.equal(await byId(page, 'queue-edit').count(), 0, 'Ben is no administrator');
    assert.deepEqual(await seriousViolations(page), []);
    await picture('team-9-dark');
  });
});
