// Searching on the real app: the language, the page and its way back, finding in a thread, and going to a day.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

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
    await byId(page, 'search-suggestion').filter({ hasText: 'number:' }).waitFor();
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

  it('complained about nothing', () => {
    assert.deepEqual(page.complaints, []);
  });
});
