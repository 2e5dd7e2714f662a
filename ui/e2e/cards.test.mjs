// Cards of the inbox: a layout made in the settings with its preview, seen in a list and on an offer, undone, reset.
// Runs like devserver.test.mjs; TERN_PICTURES names a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('cards of the inbox', { skip }, () => {
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
  const row = () => byId(page, 'conversation-row').first();

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
    await byId(page, 'handset-input').fill('Is my order on its way?');
    await byId(page, 'handset-send').click();
    await row().waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('Q-27: looks as shipped without a layout, in the list and in the preview', async () => {
    assert.equal(await row().locator('[data-testid="card-extras"]').count(), 0);
    await settings('cards');
    await byId(page, 'card-preview').getByText('Maya Lindqvist').waitFor();
    assert.equal(await byId(page, 'card-reset').count(), 0);
    assert.deepEqual(await seriousViolations(page), []);
    await picture('cards-1-as-shipped');
  });

  it('Q-27: makes a layout by form, with a preview that follows, and room for five fields', async () => {
    await byId(page, 'card-add').click();
    await byId(page, 'card-save').click();
    await page.getByText('Give the layout a name.').waitFor();
    await byId(page, 'card-name').fill('New work');
    await byId(page, 'card-field').first().selectOption('number');
    await byId(page, 'card-preview').getByText('+1 415-555-0142').waitFor();
    await byId(page, 'card-preview').getByText('Front desk').waitFor();
    await byId(page, 'card-preview').getByText('waits 12 min').waitFor();
    await byId(page, 'card-field-add').click();
    await page.getByText('A card has room for five fields.').waitFor();
    assert.equal(await byId(page, 'card-field-add').count(), 0);
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'card-save').scrollIntoViewIfNeeded();
    await picture('cards-2-layout');
    await byId(page, 'card-save').click();
    await byId(page, 'card-layout').filter({ hasText: 'New work' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('Q-27: shows it in the list', async () => {
    await row().locator('[data-testid="card-extras"]').filter({ hasText: 'All texts' }).waitFor();
    await row().getByText('Is my order on its way?').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('cards-3-list');
  });

  it('Q-27: the usual look is one click away, and that is taken back', async () => {
    await settings('cards');
    await byId(page, 'card-reset').click();
    await byId(page, 'card-layout').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await byId(page, 'card-layout').filter({ hasText: 'New work' }).waitFor();
    await byId(page, 'card-reset').click();
    await byId(page, 'card-layout').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await row().locator('[data-testid="card-extras"]').waitFor({ state: 'detached' });
  });
});
