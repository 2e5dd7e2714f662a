// Searching on the real app: the language, the page and its way back, finding in a thread, and going to a day.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations, until } from './support/browser.mjs';
import { startDevserver, UI } from './support/servers.mjs';

const skip = !process.env.TERN_URL && !process.env.TERN_DEVSERVER_BIN && 'neither TERN_URL nor TERN_DEVSERVER_BIN is set';
const pictures = process.env.TERN_PICTURES;

describe('searching', { skip }, () => {
  let browser;
  let server;
  let page;

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const input = () => byId(page, 'search-input');
  const hits = () => byId(page, 'search-hit');
  async function inEveryColour(name) {
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      assert.deepEqual(await seriousViolations(page), [], `${name}, ${theme}`);
      if (!pictures) continue;
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}-${theme}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light', contrast: 'more' });
    await page.locator('html[data-theme="highContrast"]').waitFor();
    assert.deepEqual(await seriousViolations(page), [], `${name}, high contrast`);
    await page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference' });
    await page.locator('html[data-theme="light"]').waitFor();
  }
  async function text(words) {
    await byId(page, 'handset-input').fill(words);
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: words }).waitFor({ timeout: 15_000 });
  }

  it('has something to find', async () => {
    await byId(page, 'handset-pane').waitFor();
    for (const words of ['My umbrella is at the café', 'The umbrella is blue', 'Did anybody hand in an umbrella?', 'Thank you']) await text(words);
  });

  it('offers what can be typed, and completes it with the keyboard', async () => {
    await page.keyboard.press('Control+Shift+f');
    await byId(page, 'search-page').waitFor();
    for (const operator of ['from:', 'agent:', 'person:', 'number:', 'on:', 'before:', 'after:', 'has:', 'is:', 'state:', 'topic:']) {
      await byId(page, 'search-suggestion').getByText(operator, { exact: true }).waitFor();
    }
    await inEveryColour('search-empty');
    await input().fill('umbrella fr');
    await byId(page, 'search-suggestion').filter({ hasText: 'from:' }).focus();
    await page.keyboard.press('Enter');
    await until('the operator is typed', async () => (await input().inputValue()) === 'umbrella from:');
    await page.keyboard.type('cus');
    await byId(page, 'search-suggestion').filter({ hasText: 'from:customer' }).click();
    await byId(page, 'search-part').filter({ hasText: 'From customers' }).waitFor();
    await hits().nth(2).waitFor();
    await byId(page, 'search-count').filter({ hasText: '3 texts' }).waitFor();
  });

  it('tells what makes no sense, and searches with the rest', async () => {
    await input().fill('cafe has:elephants');
    await byId(page, 'search-problems').filter({ hasText: 'elephants' }).waitFor();
    await hits().filter({ hasText: 'café' }).waitFor();
    await page.locator('mark', { hasText: 'café' }).waitFor();
    await inEveryColour('search-problem');
  });

  it('bears ten thousand characters', async () => {
    await input().fill('"a phrase" word from:nobody -not on:never '.repeat(240));
    await byId(page, 'search-problems').filter({ hasText: 'only the beginning' }).or(byId(page, 'search-problems').filter({ hasText: 'Only the beginning' })).waitFor({ timeout: 5_000 });
    await input().fill('umbrella on:today');
    await hits().nth(2).waitFor();
  });

  it('jumps to the text in its thread with the keyboard, and back to the results where they were', async () => {
    await byId(page, 'search-page').getByText('By conversation').click();
    await hits().nth(2).waitFor();
    await inEveryColour('search-grouped');
    await input().focus();
    await page.keyboard.press('ArrowDown');
    await until('the second result is chosen', async () => (await input().getAttribute('aria-activedescendant')) === 'search-result-1');
    await page.keyboard.press('Enter');
    await page.locator('.highlighted', { hasText: 'The umbrella is blue' }).waitFor();
    await byId(page, 'search-back').click();
    await until('the question is still there', async () => (await input().inputValue()) === 'umbrella on:today');
    assert.equal(await input().getAttribute('aria-activedescendant'), 'search-result-1');
    await byId(page, 'search-page').getByText('By time').click();
  });

  it('remembers what led somewhere, and forgets it', async () => {
    await byId(page, 'search-page').getByRole('button', { name: 'Clear the search' }).click();
    await page.keyboard.press('Escape');
    await byId(page, 'search-page').waitFor({ state: 'detached' });
    await byId(page, 'search-rail').click();
    await byId(page, 'search-recent').filter({ hasText: 'umbrella on:today' }).waitFor();
    await byId(page, 'search-forget').click();
    await byId(page, 'search-recent').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
  });

  it('saves a search under a name, by keyboard, and finds it again', async () => {
    await page.keyboard.press('Control+Shift+f');
    await input().fill('umbrella from:customer');
    await hits().first().waitFor();
    await byId(page, 'search-save').focus();
    await page.keyboard.press('Enter');
    await byId(page, 'search-save-name').waitFor();
    await inEveryColour('search-save');
    await page.keyboard.press('Enter');
    await page.getByText('Give the search a name.').waitFor();
    await byId(page, 'search-save-name').fill('Umbrellas');
    await page.keyboard.press('Enter');
    await byId(page, 'search-save').getByText('Umbrellas').waitFor();
    await until('the search has the focus again', () => input().evaluate((it) => it === document.activeElement));
    await input().fill('');
    await byId(page, 'search-saved').getByText('Umbrellas').waitFor();
    await inEveryColour('search-saved');
    // By another name, deleted, and back.
    await page.getByRole('button', { name: 'Rename “Umbrellas”' }).click();
    await byId(page, 'search-save-name').fill('Lost umbrellas');
    await byId(page, 'search-save-done').click();
    await byId(page, 'search-saved').getByText('Lost umbrellas').waitFor();
    await page.getByRole('button', { name: 'Delete “Lost umbrellas”' }).click();
    await until('it is gone', async () => (await byId(page, 'search-saved').count()) === 0);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await byId(page, 'search-saved').getByText('Lost umbrellas').waitFor();
    // Among the commands, from anywhere.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('lost umbrellas');
    await page.keyboard.press('Enter');
    await byId(page, 'search-page').waitFor();
    assert.equal(await input().inputValue(), 'umbrella from:customer');
    await hits().first().waitFor();
    await input().fill('');
    await page.keyboard.press('Escape');
    await byId(page, 'search-page').waitFor({ state: 'detached' });
  });

  it('finds in a thread, from the newest to the oldest', async () => {
    await byId(page, 'conversation-row').first().click();
    await byId(page, 'message-bubble').first().waitFor();
    await page.keyboard.press('Control+f');
    await byId(page, 'find-input').fill('umbrella');
    await byId(page, 'find-count').filter({ hasText: '1 of 3' }).waitFor();
    await page.locator('.highlighted', { hasText: 'hand in an umbrella' }).waitFor();
    await page.keyboard.press('Enter');
    await byId(page, 'find-count').filter({ hasText: '2 of 3' }).waitFor();
    await page.locator('.highlighted', { hasText: 'The umbrella is blue' }).waitFor();
    await inEveryColour('find-in-thread');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('ArrowDown');
    await byId(page, 'find-count').filter({ hasText: '3 of 3' }).waitFor();
    await page.keyboard.press('Escape');
    await byId(page, 'find-bar').waitFor({ state: 'detached' });
  });

  it('goes to a day that is typed', async () => {
    await page.keyboard.press('Control+j');
    await byId(page, 'day-input').fill('soonish');
    await byId(page, 'day-jump').getByText('This is no day').waitFor();
    await byId(page, 'day-input').fill('yesterday');
    await byId(page, 'day-jump').getByText('Opens at').filter({ hasNotText: 'first text' }).waitFor();
    await inEveryColour('go-to-day');
    await byId(page, 'day-input').press('Enter');
    await byId(page, 'day-jump').waitFor({ state: 'detached' });
    await page.locator('.highlighted').waitFor();
  });

  it('finds texts without spaces by any of their letters', async () => {
    await text('昨日東京都で傘をなくしました');
    await page.keyboard.press('Control+Shift+f');
    for (const letters of ['傘', '京都']) {
      await input().fill(letters);
      await hits().filter({ hasText: '昨日' }).waitFor();
      await page.locator('mark', { hasText: letters }).waitFor();
    }
    await inEveryColour('search-letters');
    await input().fill('');
    await page.keyboard.press('Escape');
  });

  it('shows notes beside texts and alone, and leads to the note', async () => {
    await byId(page, 'conversation-row').first().click();
    for (const words of ['The umbrella is at the counter', 'An umbrella was found', 'Umbrella: black', 'Umbrella: red']) {
      await byId(page, 'note-toggle').click();
      await byId(page, 'note-input').fill(words);
      await byId(page, 'note-save').click();
      await byId(page, 'note').filter({ hasText: words }).waitFor();
    }
    await page.keyboard.press('Control+Shift+f');
    await input().fill('umbrella');
    await byId(page, 'search-note').nth(2).waitFor();
    await hits().nth(2).waitFor();
    await inEveryColour('search-notes');
    await byId(page, 'search-all-notes').click();
    await byId(page, 'search-note').nth(3).waitFor();
    await byId(page, 'search-count').filter({ hasText: '4 notes' }).waitFor();
    assert.equal(await hits().count(), 0);
    await input().focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.note.highlighted', { hasText: 'at the counter' }).waitFor();
    assert.equal(await page.locator('.highlighted [data-testid="message-bubble"]').count(), 0);
    await byId(page, 'search-back').click();
    await byId(page, 'search-note').nth(3).waitFor();
  });

  it('shows a year of days that the keys walk over, and the texts of a day', async () => {
    if (!(await input().isVisible())) await page.keyboard.press('Control+Shift+f');
    await input().fill('');
    const map = byId(page, 'heat-map');
    await map.waitFor();
    await until('the texts are counted', async () => /^\d+ texts$/.test((await byId(page, 'heat-map-told').textContent()) ?? ''));
    const today = map.locator('button[tabindex="0"][data-day]');
    assert.match((await today.getAttribute('aria-label')) ?? '', /^\d+ texts? on \w+day, /);
    await inEveryColour('search-calendar');
    await today.focus();
    const day = (await today.getAttribute('data-day')) ?? '';
    await page.keyboard.press('ArrowLeft');
    await until('a week earlier', async () => (await today.getAttribute('data-day')) !== day);
    await byId(page, 'heat-map-told').filter({ hasText: ' on ' }).waitFor();
    await page.keyboard.press('PageUp');
    const yearAgo = new Date(Date.parse(day) - 360 * 86_400_000).toISOString().slice(0, 10);
    await until('a year earlier', async () => ((await today.getAttribute('data-day')) ?? day) < yearAgo);
    await page.keyboard.press('PageDown');
    await until('this year again', async () => (await today.getAttribute('data-day')) === day);
    await page.keyboard.press('Enter');
    await until('the day is asked for', async () => (await input().inputValue()).trim() === `on:${day}`);
    await hits().first().waitFor();
    await input().fill('umbrella');
    await byId(page, 'search-calendar').click();
    await until('the days of what was found', async () => /^\d+ texts$/.test((await byId(page, 'heat-map-told').textContent()) ?? ''));
    await inEveryColour('search-calendar-of-hits');
    await byId(page, 'search-calendar').click();
    await page.keyboard.press('Escape');
  });

  it('shows the pictures of a text in the list and among what it finds', async () => {
    const base64 = await readFile(join(UI, '../tests/fixtures/bicycle.png'), 'base64');
    const hostile = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>').toString('base64');
    const { origin, searchParams } = new URL(server.url);
    const call = async (name, request = null) => {
      const answer = await fetch(`${origin}/call/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${searchParams.get('token')}`, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      assert.ok(answer.ok, name);
      return answer.json();
    };
    const [phone, other] = await call('practice_handsets');
    const to = (await call('app_status')).providerNumbers[0].number;
    const png = { contentType: 'image/png', base64 };
    await call('practice_text', { from: phone.number, to, body: 'My bicycle, from all sides', pictures: [png, png, png] });
    await call('practice_text', { from: other.number, to, body: '', pictures: [{ contentType: 'image/png', base64: hostile }] });

    const ofRow = byId(page, 'conversation-row').filter({ hasText: 'from all sides' }).getByRole('img', { name: '3 pictures' });
    const isDrawn = async (picture) => (await picture.evaluate((it) => it.complete && it.naturalWidth > 0)) && /small/.test((await picture.getAttribute('src')) ?? '');
    await until('the list shows it', () => isDrawn(ofRow));
    await byId(page, 'conversation-row').filter({ hasText: 'Picture not shown' }).locator('[data-testid="thumbnail"][data-shows="false"]').waitFor();
    await inEveryColour('list-pictures');

    await page.keyboard.press('Control+Shift+f');
    await input().fill('has:image');
    const hit = hits().filter({ hasText: 'from all sides' });
    for (const order of ['By conversation', 'By time']) {
      await byId(page, 'search-page').getByText(order).click();
      await until(`the results show it ${order}`, () => isDrawn(hit.getByRole('img', { name: '3 pictures' })));
      await hit.getByText('+2').waitFor();
      await hits().filter({ hasText: 'did not keep it' }).locator('[data-testid="thumbnail"][data-shows="false"]').waitFor();
      await inEveryColour(`search-pictures-${order === 'By time' ? 'flat' : 'grouped'}`);
    }
    // What is loaded late takes no other room than what is here.
    const box = await hit.locator('[data-testid="thumbnail"]').boundingBox();
    assert.deepEqual([box?.width, box?.height], [42, 42]);
    await input().fill('');
    await page.keyboard.press('Escape');
  });

  it('complained about nothing', () => {
    assert.deepEqual(page.complaints, []);
  });
});
