// People and profiles on the real app through the development server: names come in by file and show wherever a
// number was, a text goes to somebody by name, and who is behind a number is said and taken back.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const PICTURES = process.env.TERN_PICTURES;

/** Numbers of the phones that a new practice line comes with. */
const PHONES = ['+12025550143', '+13125550178', '+16175550122'];

/** 500 people, one row too short and one number that is none. */
function peopleFile() {
  const rows = ['name,mobile phone,email,company'];
  for (let index = 0; index < 500; index += 1) {
    const number = PHONES[index] ?? `+1415555${String(2000 + index)}`;
    rows.push(`${index === 0 ? 'Zoë O’Neill' : `Customer ${index}`},${number},c${index}@example.com,Example ${index % 7}`);
  }
  rows.push('Ragged,+14155559999', 'No Number,12 34,,');
  return Buffer.from(rows.join('\r\n'));
}

describe('people on the real app', { skip }, () => {
  let browser;
  let server;
  let page;

  const picture = async (name) => {
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: `${PICTURES}/${name}.png` });
  };
  const inBothThemes = async (name) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      assert.deepEqual(await seriousViolations(page), [], `${name}, ${colorScheme}`);
      await picture(`${name}-${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
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

  it('explains an empty directory', async () => {
    await byId(page, 'handset-input').fill('Is my bike ready?');
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: 'Is my bike ready?' }).waitFor();
    await byId(page, 'people-open').click();
    await byId(page, 'people-page').waitFor();
    await page.getByText('Put names to numbers').waitFor();
    await inBothThemes('people-empty');
  });

  it('rehearses a file with broken rows, then brings 500 people in', async () => {
    await byId(page, 'people-import').click();
    await byId(page, 'import-file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: peopleFile() });
    await byId(page, 'import-sum').filter({ hasText: 'This will add 500 people; 2 lines are left out.' }).waitFor();
    await byId(page, 'import-dialog').getByText('“12 34”').waitFor();
    assert.equal(await byId(page, 'person-row').count(), 0, 'nothing is changed yet');
    await inBothThemes('people-import');
    await byId(page, 'import-apply').click();
    await byId(page, 'toast').filter({ hasText: '500 people added' }).waitFor({ timeout: 30_000 });
    await byId(page, 'people-search').fill('oneill');
    await byId(page, 'person-row').filter({ hasText: 'Zoë O’Neill' }).click();
    await byId(page, 'person-name').waitFor();
    await inBothThemes('people-page');
  });

  it('shows names where numbers were', async () => {
    await page.keyboard.press('Escape');
    await page.getByLabel('Inbox').first().click();
    await byId(page, 'conversation-row').filter({ hasText: 'Zoë O’Neill' }).click();
    await page.locator('h1', { hasText: 'Zoë O’Neill' }).waitFor();
    await byId(page, 'identity').or(byId(page, 'handset-pane')).first().waitFor();
  });

  it('writes to somebody by name', async () => {
    await page.keyboard.press('Escape');
    await page.locator('#conversation').focus();
    await page.keyboard.press('c');
    await byId(page, 'new-message-to').fill('Customer 1');
    await byId(page, 'new-message-person').first().waitFor();
    await inBothThemes('new-message');
    await byId(page, 'new-message-person').filter({ hasText: 'Customer 1' }).first().click();
    const from = byId(page, 'new-message-from');
    await from.waitFor();
    if ((await from.inputValue()) === '') await from.selectOption({ index: 1 });
    await byId(page, 'new-message-text').fill('Your bike is ready.');
    await picture('new-message-chosen');
    await byId(page, 'new-message-send').click();
    await byId(page, 'new-message').waitFor({ state: 'detached' });
    await page.locator('h1', { hasText: 'Customer 1' }).waitFor();
    await byId(page, 'message-bubble').filter({ hasText: 'Your bike is ready.' }).waitFor();
  });

  it('asks before it moves a number, and shows the conversation that is there', async () => {
    await byId(page, 'new-message-open').click();
    await byId(page, 'new-message-to').fill('(312) 555-0178');
    await byId(page, 'new-message-existing').waitFor();
    await byId(page, 'new-message-person').filter({ hasText: 'Customer 1' }).waitFor();
    await picture('new-message-existing');
    await page.keyboard.press('Escape');
  });

  it('says that a number is somebody else’s, and takes it back', async () => {
    if (!(await byId(page, 'identity').isVisible())) await page.keyboard.press('Control+i');
    await byId(page, 'identity').waitFor();
    await byId(page, 'identity-verify').click();
    await byId(page, 'identity').getByText('Verified').waitFor();
    await byId(page, 'identity-bind').click();
    await byId(page, 'picker-input').fill('Customer 42');
    await byId(page, 'picker-person').filter({ hasText: 'Customer 42' }).first().waitFor();
    await picture('identity-picker');
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'Customer 42' }).waitFor();
    await byId(page, 'list-tab-ongoing').click();
    await byId(page, 'conversation-row').filter({ hasText: 'Customer 42' }).waitFor();
    await inBothThemes('identity');
    const toast = byId(page, 'toast').filter({ hasText: 'The number is Customer 42' });
    await toast.getByRole('button', { name: 'Undo' }).click();
    await page.locator('h1').filter({ hasText: /^Customer 1$/ }).waitFor();
    await byId(page, 'identity').getByText('Verified').waitFor();
  });

  it('asked for nothing that the policy refuses', () => {
    assert.deepEqual(page.complaints, []);
  });
});
