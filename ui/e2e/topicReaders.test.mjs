// Topics as somebody sees them who may not change them: everything can be looked at, tried and proved, and nothing invites to a
// change that would be refused. Runs like devserver.test.mjs; TERN_PICTURES names a folder for pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('topics for an agent who is no administrator', { skip }, () => {
  let browser;
  let server;
  let page;

  const id = (name) => byId(page, name);
  const picture = async (name) => {
    if (!process.env.TERN_PICTURES) return;
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await painted(page);
      await page.screenshot({ path: join(process.env.TERN_PICTURES, `${name}-${colorScheme}.png`) });
    }
  };
  const file = () => page.evaluate(async () => document.querySelector('[data-testid="topic-node-text"]')?.value);

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url, { viewport: { width: 1360, height: 820 } });
    await id('topics-open').click();
    await id('topics-ready').first().click();
    await id('topic-step').first().waitFor();
    await id('topic-back').click();
    await id('topics-page').waitFor();
    await id('settings-open').click();
    await id('settings-tab-team').click();
    await id('agent-add').click();
    await id('agent-name').fill('Ben');
    await id('agent-save').click();
    await id('agent-row').nth(1).waitFor();
    await page.keyboard.press('Escape');
    await id('presence-menu').click();
    await id('sign-in-open').click();
    await page.locator('label').filter({ has: id('sign-in-agent'), hasText: 'Ben' }).click();
    await id('sign-in-submit').click();
    await id('presence-menu').filter({ hasText: 'Ben' }).waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('lists the topics without a way to add, delete or switch', async () => {
    if ((await id('topics-page').count()) === 0) await id('topics-open').click();
    await page.getByText('An administrator can draw topics and switch it on.').waitFor();
    for (const name of ['topics-new', 'topics-import', 'topics-switch', 'topics-first']) assert.equal(await id(name).count(), 0, name);
    await id('topics-menu').first().click();
    assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['Save as a file']);
    await page.keyboard.press('Escape');
    assert.deepEqual(await seriousViolations(page), []);
    await picture('readers-1-list');
  });

  it('opens one to be read: no palette, no publishing, every field closed', async () => {
    await id('topics-row').filter({ hasText: 'Opening hours' }).or(id('topics-row')).first().click();
    await id('admin-only').getByText('Only an administrator can change it.').waitFor();
    for (const name of ['topic-palette-item', 'topic-publish', 'topic-undo', 'topic-saving', 'topic-tidy', 'topic-insert']) assert.equal(await id(name).count(), 0, name);
    await id('topic-step').first().click();
    await id('topic-step-name').waitFor();
    assert.ok(await id('topic-step-name').isDisabled());
    assert.equal(await id('topic-step-delete').count(), 0);
    assert.deepEqual(await seriousViolations(page), []);
    await picture('readers-2-topic');
  });

  it('keeps its figures for supervisors, and says so', async () => {
    await id('topic-tab-figures').click();
    await id('figures-pane').getByText('Only a supervisor or an administrator').waitFor();
    assert.ok(page.complaints.splice(0).every((it) => it.startsWith('Failed to load resource')), 'the refusal is all that it says');
    assert.deepEqual(await seriousViolations(page), []);
    await picture('readers-figures');
    await id('topic-tab-inspector').click();
  });

  it('leaves the topic as it is, whatever key or drag is tried', async () => {
    const steps = await id('topic-step').count();
    const before = await file();
    const first = await id('topic-step').first().boundingBox();
    for (const key of ['Delete', 'n', 't', 'Control+d', 'Control+x', 'Alt+ArrowRight', 'Control+v']) await page.keyboard.press(key);
    assert.equal(await id('topic-picker').count(), 0);
    await page.mouse.move(first.x + 40, first.y + 14);
    await page.mouse.down();
    await page.mouse.move(first.x + 40, first.y + 190, { steps: 5 });
    await page.mouse.up();
    await id('topic-step').first().click();
    assert.equal(await id('topic-step').count(), steps);
    assert.equal(await file(), before);
    assert.equal(await id('topic-conflict').count(), 0, 'nothing was sent to be refused');
  });

  it('tries it on the handset, and runs no risk of saving a test', async () => {
    await id('topic-tab-try').click();
    await id('try-input').fill('hello');
    await page.keyboard.press('Enter');
    await id('try-reply').first().waitFor();
    assert.equal(await id('try-save').count(), 0);
    await picture('readers-3-try');
    await id('topic-tab-tests').click();
    await page.getByText('An administrator saves them').waitFor();
    assert.equal(await id('prove-from-conversation').count(), 0);
    await id('topic-tab-versions').click();
    await until('the versions are read', async () => (await page.getByText('Draft', { exact: true }).count()) > 0);
    assert.equal(await id('topic-unpublish').count(), 0);
    assert.equal(await id('topic-roll-back').count(), 0);
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('complained about nothing', () => assert.deepEqual(page.complaints, []));
});
