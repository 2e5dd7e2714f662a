// Who of several is asked: places of groups at a queue and skills, set up in the screens.
// Runs like devserver.test.mjs; TERN_PICTURES names a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('who is asked', { skip }, () => {
  let browser;
  let server;
  let page;

  const picture = async (name) => {
    if (!process.env.TERN_PICTURES) return;
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await painted(page);
      await page.screenshot({ path: join(process.env.TERN_PICTURES, `${name}-${colorScheme}.png`) });
    }
  };
  const settings = async (tab) => {
    if (!(await byId(page, `settings-tab-${tab}`).isVisible())) await byId(page, 'settings-open').click();
    await byId(page, `settings-tab-${tab}`).click();
  };
  const text = async (words) => {
    await byId(page, 'handset-input').fill(words);
    await byId(page, 'handset-send').click();
  };
  const changeFirst = async (row) => {
    await byId(page, row).first().getByRole('button', { name: 'Change' }).click();
  };

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
    await settings('team');
    for (const group of ['Front desk', 'Backup']) {
      await byId(page, 'group-name').fill(group);
      await byId(page, 'group-add').click();
      await page.getByText(group).first().waitFor();
    }
    await byId(page, 'agent-add').click();
    await byId(page, 'agent-name').fill('Ben');
    await byId(page, 'agent-group').nth(1).check();
    await byId(page, 'agent-save').click();
    await byId(page, 'agent-row').nth(1).waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('Q-22: an agent knows skills, each once and at a level', async () => {
    await changeFirst('agent-row');
    await byId(page, 'agent-group').first().check();
    await byId(page, 'skill-add').click();
    await byId(page, 'agent-save').click();
    await page.getByText('Name the skill, or remove it.').waitFor();
    await byId(page, 'skill-name').fill('French');
    await byId(page, 'skill-level').selectOption('3');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'skill-add').scrollIntoViewIfNeeded();
    await picture('routing-1-agent-skills');
    await byId(page, 'agent-save').click();
    await byId(page, 'agent-save').waitFor({ state: 'detached' });
  });

  it('Q-25: groups get places at the queue, said in words', async () => {
    await settings('routing');
    await changeFirst('queue-row');
    await byId(page, 'pool-add').click();
    for (const index of [0, 1]) await byId(page, 'pool-group').nth(index).check();
    await byId(page, 'group-order-words').filter({ hasText: 'All groups are asked alike.' }).waitFor();
    const place = page.getByLabel('Place of Backup');
    await place.fill('later');
    await page.getByText('A place is a whole number from 1, or empty.').waitFor();
    await place.fill('200');
    await byId(page, 'group-order-words').filter({ hasText: 'First Front desk, then Backup.' }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'group-order-words').scrollIntoViewIfNeeded();
    await picture('routing-2-places');
  });

  it('Q-22: the queue says what it needs, and what comes of it', async () => {
    await byId(page, 'skill-add').click();
    await byId(page, 'skill-name').fill('french');
    await byId(page, 'skill-note').filter({ hasText: 'does not look at skills' }).waitFor();
    await byId(page, 'skill-note').scrollIntoViewIfNeeded();
    await picture('routing-3-queue-skills');
    await byId(page, 'queue-save').click();
    await byId(page, 'queue-save').waitFor({ state: 'detached' });
    await page.getByText('asks Backup, Front desk').waitFor();
    await byId(page, 'rule-edit').click();
    await byId(page, 'rule-skills').getByText('Required').click();
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'rule-skills').scrollIntoViewIfNeeded();
    await picture('routing-4-rule');
    await byId(page, 'rule-save').click();
    await page.getByText('skills are required').waitFor();
    await changeFirst('queue-row');
    await byId(page, 'skill-note').filter({ hasText: 'Nobody who is asked' }).waitFor();
    assert.equal(await page.getByLabel('Place of Backup').inputValue(), '200', 'the place was kept');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.keyboard.press('Escape');
  });

  it('Q-22: work waits for who has the skill, says so, and is offered once somebody does', async () => {
    await text('Bonjour');
    await byId(page, 'conversation-row').first().click();
    await byId(page, 'why-open').first().click();
    await byId(page, 'why-dialog').getByText('Lacks the skill “french”').waitFor();
    assert.equal(await byId(page, 'wait-estimate').count(), 0, 'nobody has waited here before: nothing is said');
    await picture('routing-5-why');
    await page.keyboard.press('Escape');
    await settings('team');
    await changeFirst('agent-row');
    await byId(page, 'skill-level').selectOption('8');
    await byId(page, 'agent-save').click();
    await byId(page, 'agent-save').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await byId(page, 'offer-card').first().waitFor();
  });
});
