// What people put in by mistake, on the real app: it is answered in plain words where the mistake is made, and nothing
// is half done. Runs like devserver.test.mjs.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const PICTURES = process.env.TERN_PICTURES;

describe('bad input', { skip }, () => {
  let browser;
  let server;
  let page;

  const picture = async (name) => {
    assert.deepEqual(await seriousViolations(page), [], name);
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: `${PICTURES}/${name}.png` });
  };
  const choose = (name, buffer) => byId(page, 'import-file').setInputFiles({ name, mimeType: 'text/csv', buffer });
  const says = (words) => page.getByText(words).first().waitFor();

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('a file with broken rows, duplicates and two users with one number changes nothing until it is said', async () => {
    await byId(page, 'people-open').click();
    await byId(page, 'people-import').click();
    const rows = ['name,mobile', 'Ann,+14155552001', 'Ann,+14155552001', 'Bob,+14155552001', 'Cyd,12 34', ',,', 'Short', '"open quote,+14155552009'];
    await choose('people.csv', Buffer.from(rows.join('\n')));
    await byId(page, 'import-sum').waitFor();
    await says('The same person is on line 2.');
    await says('has +1 415-555-2001 too.');
    await says('“12 34”');
    await picture('bad-import');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await byId(page, 'import-dialog').waitFor({ state: 'detached' });
    assert.equal(await byId(page, 'person-row').count(), 0, 'nothing is half imported');
  });

  it('a file in another encoding is read, and one that is no list of people is told apart', async () => {
    await byId(page, 'people-import').click();
    await choose('utf16.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('name;mobile\r\nZoë Müller;+14155552002\r\n', 'utf16le')]));
    await byId(page, 'import-sum').filter({ hasText: 'add 1 person' }).waitFor();
    await says('Zoë Müller');
    await choose('old.csv', Buffer.from('name,mobile\nZo\xeb M\xfcller,+14155552002\n', 'latin1'));
    await says('Zoë Müller');
    await choose('picture.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0xff, 0xfe, 0x00]));
    await page.getByRole('alert').first().waitFor();
    await picture('bad-file');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('a number that cannot be one is said at the number', async () => {
    await byId(page, 'people-add').first().click();
    await byId(page, 'person-name').fill('Dee');
    await byId(page, 'person-mobile').fill('12 34');
    await byId(page, 'person-save').click();
    await page.locator('.field', { has: byId(page, 'person-mobile') }).getByText('cannot be read').waitFor();
    assert.equal(await byId(page, 'person-mobile').getAttribute('aria-invalid'), 'true');
    await picture('bad-number');
    await byId(page, 'person-mobile').fill('(415) 555-2003');
    await byId(page, 'person-save').click();
    await byId(page, 'person-row').filter({ hasText: 'Dee' }).waitFor();
  });

  it('a second user with the same number is told, and the number stays unguessed', async () => {
    await byId(page, 'people-add').first().click();
    await byId(page, 'person-name').fill('Eve');
    await byId(page, 'person-mobile').fill('+14155552003');
    await byId(page, 'person-save').click();
    await says('Dee has the same number');
    await picture('bad-same-number');
  });

  it('a condition that is none, asks for what is not there, or costs too much, is said beside it', async () => {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-routing').click();
    await byId(page, 'queue-add').click();
    await byId(page, 'queue-name').fill('Odd');
    await byId(page, 'queue-intake').nth(1).check();
    await page.getByRole('button', { name: 'Write it by hand' }).click();
    const written = page.getByLabel('New texts of which, by hand');
    for (const [words, said] of [
      ["requester_teritory == 'FR'", 'requester_territory'],
      ["requester_territory ==", 'line 1'],
      ['texts == "many"', 'cannot be compared'],
      [Array.from({ length: 3000 }, () => 'has_picture').join(' && '), 'long'],
    ]) {
      await written.fill(words);
      await byId(page, 'condition-problem').filter({ hasText: said }).first().waitFor().catch(async () => assert.fail(`${words.slice(0, 40)}: ${await byId(page, 'condition-problem').allInnerTexts()}`));
    }
    await byId(page, 'queue-save').click();
    await says('This condition cannot be used yet.');
    await picture('bad-condition');
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await byId(page, 'queue-row').count(), 1);
  });

  it('hours that cannot be are said at the day, and are not lost on the way', async () => {
    await byId(page, 'queue-edit').click();
    await page.getByRole('switch', { name: 'Opening hours' }).click();
    const monday = byId(page, 'hours-grid').getByLabel('Monday');
    for (const [typed, said] of [
      ['25-26', 'is not a time'],
      ['17-9', 'ends before it begins'],
      ['9-17, 16-18', 'overlaps'],
    ]) {
      await monday.fill(typed);
      await byId(page, 'queue-save').click();
      await says(said);
      assert.equal(await monday.inputValue(), typed, 'what was typed stays to be mended');
    }
    for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']) await byId(page, 'hours-grid').getByLabel(day).fill('');
    await byId(page, 'queue-save').click();
    await says('never be open');
    await picture('bad-hours');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('an agent’s skills and room are refused at their fields', async () => {
    await byId(page, 'settings-tab-team').click();
    await byId(page, 'agent-edit').click();
    const form = page.locator('form', { has: byId(page, 'agent-save') });
    for (const [index, skill] of ['French', 'french '].entries()) {
      await form.locator('[data-testid="skill-add"]').click();
      await form.locator('[data-testid="skill-name"]').nth(index).fill(skill);
    }
    await form.getByLabel('Conversations at once').fill('many');
    await byId(page, 'agent-save').click();
    await says('“french” is there twice.');
    await says('Put in a whole number, or leave it empty.');
    await picture('bad-agent');
    await page.getByRole('button', { name: 'Cancel' }).first().click();
  });

  it('a presence state without a name is refused; one that is used cannot go, and a removal is taken back', async () => {
    await byId(page, 'presence-add').click();
    await byId(page, 'presence-save').click();
    await says('Give the state a name.');
    await byId(page, 'presence-name').fill('away');
    await byId(page, 'presence-save').click();
    await says('is taken');
    await byId(page, 'presence-name').fill('Lunch');
    await byId(page, 'presence-save').click();
    const lunch = byId(page, 'presence-row').filter({ hasText: 'Lunch' });
    await lunch.waitFor();
    await byId(page, 'presence-remove').click();
    await lunch.waitFor({ state: 'detached' });
    await byId(page, 'toast').filter({ hasText: 'Lunch is gone' }).getByRole('button', { name: 'Undo' }).click();
    await lunch.waitFor();
    assert.ok(await byId(page, 'settings').isVisible(), 'taking something back leaves the settings open');
    await byId(page, 'presence-row').last().scrollIntoViewIfNeeded();
    await picture('presence-states');
  });
});
