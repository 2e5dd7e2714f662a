// Insights: a period by keyboard, charts that walk and open, tables, files, and a desk on which nothing has happened. On the fake
// backend for what charts look like, and with TERN_DEVSERVER_BIN on the real one for what they count; TERN_PICTURES names a folder
// for pictures of what was seen.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, choose, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDesign, startDevserver } from './support/servers.mjs';

const CARDS = ['insights-volume', 'insights-first-response', 'insights-handling', 'insights-conversations', 'insights-hours', 'insights-topics', 'insights-failures', 'insights-consent', 'insights-segments', 'insights-agents', 'insights-queues'];

async function picture(page, name) {
  if (!process.env.TERN_PICTURES) return;
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await painted(page);
    await page.screenshot({ path: join(process.env.TERN_PICTURES, `insights-${name}-${colorScheme}.png`) });
  }
}

/** What a click saves. */
async function saved(page, click) {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

describe('how figures look', () => {
  let browser;
  let server;
  let page;
  const id = (name) => byId(page, name);

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDesign()]);
    page = await open(browser, server.url('desk'), { viewport: { width: 1360, height: 900 } });
    await id('inbox-list').waitFor();
    await page.keyboard.press('i');
    await id('insights-page').waitFor();
    await id('insights-volume').locator('[data-column]').first().waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('has a name, a sentence and a meaning for each', async () => {
    for (const card of CARDS) {
      const section = id(card);
      await section.waitFor();
      const name = await section.getByRole('heading').textContent();
      assert.equal(await section.getAttribute('aria-labelledby').then((it) => page.locator(`#${it}`).textContent()), name);
      const summary = await section.getAttribute('aria-describedby').then((it) => page.locator(`#${it}`).textContent());
      assert.match(summary, /\.$/, card);
      await section.getByRole('button', { name: `What ${name} means` }).click();
      await section.getByText('What this figure means stands here.').first().waitFor();
      await section.getByRole('button', { name: `What ${name} means` }).click();
    }
    await picture(page, '1-month');
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await seriousViolations(page), [], colorScheme);
    }
  });

  it('shows the lower half and the table of each chart', async () => {
    await id('insights-agents').scrollIntoViewIfNeeded();
    await picture(page, '2-below');
    await id('insights-volume').scrollIntoViewIfNeeded();
    await id('insights-volume').getByRole('button', { name: 'Texts as a table' }).click();
    assert.equal(await id('insights-volume').getByRole('row').count(), 29);
    assert.deepEqual(await seriousViolations(page, '[data-testid="insights-volume"]'), []);
    await picture(page, '3-table');
    await id('insights-volume').getByRole('button', { name: 'Texts as a chart' }).click();
  });

  it('saves what a chart shows', async () => {
    const file = await saved(page, () => id('insights-volume').getByRole('button', { name: 'Save Texts as CSV' }).click());
    assert.match(file.name, /^tern-texts-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
    const lines = file.text.trimEnd().split('\r\n');
    assert.equal(lines[0], 'Day,Received,Agents,Virtual agent');
    assert.equal(lines.length, 29);
  });

  it('walks over the bars with the arrow keys and opens one with Enter', async () => {
    const bars = id('insights-volume').locator('[data-column]');
    await bars.first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('data-column')), '26');
    const said = await bars.nth(26).getAttribute('aria-label');
    assert.match(said, /Received \d+, Agents \d+/);
    await picture(page, '4-bar');
    await page.keyboard.press('Enter');
    await id('insights-behind-row').first().waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture(page, '5-behind');
    await page.keyboard.press('Escape');
    await until('it is closed', async () => (await id('insights-behind').count()) === 0);
  });

  it('reaches every part of a bar with the keyboard, and from the dialog with the mouse', async () => {
    const bars = id('insights-volume').locator('[data-column]');
    const dialog = id('insights-behind');
    await bars.first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    const titles = new Set();
    for (let climbs = 0; climbs < 3; climbs += 1) {
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      for (let up = 0; up < climbs; up += 1) await page.keyboard.press('ArrowUp');
      if (climbs === 1) await picture(page, '6-part');
      await page.keyboard.press('Enter');
      titles.add(await dialog.getByRole('heading').first().textContent());
      await page.keyboard.press('Escape');
      await until('it is closed', async () => (await dialog.count()) === 0);
      await bars.nth(26).focus();
    }
    assert.equal(titles.size, 3, [...titles].join('; '));
    for (const name of ['Received', 'Agents', 'Virtual agent']) assert.ok([...titles].some((it) => it.startsWith(`Texts: ${name},`)), name);
    await page.keyboard.press('Enter');
    await choose(dialog.getByRole('radio', { name: /^Virtual agent \d/ }));
    await dialog.getByRole('heading', { name: /^Texts: Virtual agent,/ }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture(page, '7-parts');
    await page.keyboard.press('Escape');
    await until('it is closed', async () => (await dialog.count()) === 0);
  });

  it('takes the period by keyboard', async () => {
    await id('insights-controls').getByRole('radio', { name: '28 days' }).focus();
    await page.keyboard.press('ArrowLeft');
    await until('there are seven bars', async () => (await id('insights-volume').locator('[data-column]').count()) === 7);
    await choose(id('insights-controls').getByRole('radio', { name: 'Custom' }));
    await page.getByLabel('First day').fill('2026-03-02');
    await page.getByLabel('Last day').fill('2026-03-04');
    await until('there are three bars', async () => (await id('insights-volume').locator('[data-column]').count()) === 3);
    await choose(id('insights-controls').getByRole('radio', { name: '28 days' }));
  });

  it('opens an hour of the week', async () => {
    await id('insights-hours').locator('[data-cell="0-9"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await id('insights-behind-row').first().waitFor();
    await id('insights-behind-row').first().click();
    await id('thread').waitFor();
  });

  it('prints without what only a screen needs', async () => {
    await page.keyboard.press('i');
    await id('insights-volume').waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.equal(await id('insights-controls').isVisible(), false);
    assert.equal(await id('insights-volume').isVisible(), true);
    await page.emulateMedia({ media: 'screen' });
  });

  it('says what an empty desk has to count', async () => {
    const empty = await open(browser, server.url('empty'));
    await byId(empty, 'insights-open').click();
    await byId(empty, 'insights-empty').waitFor();
    await picture(empty, '6-empty');
    assert.deepEqual(await seriousViolations(empty), []);
    assert.deepEqual(empty.complaints, []);
  });

  it('complained about nothing', () => assert.deepEqual(page.complaints, []));
});

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('what figures count', { skip }, () => {
  let browser;
  let server;
  let page;
  const id = (name) => byId(page, name);
  const tile = (name) => id('insights-tiles').locator('.tile').filter({ hasText: name });

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url, { viewport: { width: 1360, height: 900 } });
    await id('handset-pane').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('counts a conversation that an agent answers and ends', async () => {
    await id('handset-input').fill('Is my bike ready?');
    await id('handset-send').click();
    await id('conversation-row').first().click();
    await id('act-take').click();
    await id('composer-input').fill('Yes, come by.');
    await id('composer-send').click();
    await until('it is on the phone', async () => (await id('handset-pane').innerText()).includes('Yes, come by.'));
    await page.locator('h1').first().click();
    await page.keyboard.press('i');
    await until('the text of the agent is counted', async () => (await tile('Texts by agents').innerText()).includes('\n1\n'));
    await until('its answer is counted', async () => /\n\d+ s\n/.test(await tile('First response, median').innerText()));
    assert.match(await tile('Texts received').innerText(), /\n1\n/);
    assert.match(await id('insights-segments').innerText(), /Price not known/);
    assert.deepEqual(await seriousViolations(page), []);
    await picture(page, '7-real');
  });

  it('leads from a bar to its thread', async () => {
    const bars = id('insights-volume').locator('[data-column]');
    await bars.last().focus();
    await page.keyboard.press('Enter');
    await id('insights-behind-row').first().click();
    await id('thread').getByText('Is my bike ready?').waitFor();
  });

  it('says what each figure means', async () => {
    await page.keyboard.press('Escape');
    await id('insights-open').click();
    await id('insights-first-response').getByRole('button', { name: 'What First response means' }).click();
    await id('insights-first-response').getByText('to the first text of a live agent').waitFor();
  });

  it('refuses days that are no period', async () => {
    await choose(id('insights-controls').getByRole('radio', { name: 'Custom' }));
    await page.getByLabel('First day').fill('1971-01-01');
    await page.getByText('longer than twenty years').waitFor();
    await picture(page, '8-refused');
  });

  it('shows an agent their own figures and a supervisor the team’s', async () => {
    const call = (command, body) =>
      page.evaluate(
        async ([command, body]) => {
          const answer = await fetch(`/call/${command}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? null) });
          if (!answer.ok) throw new Error(await answer.text());
          return answer.json();
        },
        [command, body],
      );
    const { me } = await call('team');
    const { agents } = await call('save_agent', { id: null, name: 'Ben', roles: ['agent'], groups: [], skills: [], slots: null, universalSlots: null });
    await choose(id('insights-controls').getByRole('radio', { name: '28 days' }));
    await id('insights-live').waitFor();
    await page.getByLabel('Agent', { exact: true }).selectOption(me);
    await call('sign_in', { agentId: agents.find((it) => it.name === 'Ben').id, pin: null });
    // Whom the supervisor had chosen is nobody whom Ben may look at: the choice goes with what it showed.
    await id('insights-own').waitFor();
    assert.equal(await id('insights-live').count(), 0);
    assert.equal(await page.getByLabel('Agent', { exact: true }).count(), 0);
    await picture(page, '9-own-empty');
    await call('sign_in', { agentId: me, pin: null });
    await id('insights-live').waitFor();
    const ana = agents.find((it) => it.id === me);
    await call('save_agent', { id: agents.find((it) => it.name === 'Ben').id, name: 'Ben', roles: ['agent', 'supervisor', 'admin'], groups: [], skills: [], slots: null, universalSlots: null });
    await call('save_agent', { id: me, name: ana.name, roles: ['agent'], groups: [], skills: [], slots: null, universalSlots: null });
    await id('insights-own').waitFor();
    await tile('Your texts').waitFor();
    assert.equal(await tile('Texts received').count(), 0);
    for (const card of ['insights-hours', 'insights-topics', 'insights-consent', 'insights-segments', 'insights-queues']) assert.equal(await id(card).count(), 0, card);
    assert.match(await id('insights-agents').innerText(), /^You/);
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await seriousViolations(page), [], colorScheme);
    }
    await picture(page, '9-own');
  });

  it('complained about nothing', () => assert.deepEqual(page.complaints.filter((it) => !it.includes('status of 4')), []));
});
