// The virtual agent's settings on the real app: turned on, numbers, parts, commands, limits, hosts, secrets, undone.
// Runs like devserver.test.mjs; TERN_PICTURES names a folder for pictures.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe("the virtual agent's settings", { skip }, () => {
  let browser;
  let server;
  let page;

  const picture = async (name) => {
    if (!process.env.TERN_PICTURES) return;
    mkdirSync(process.env.TERN_PICTURES, { recursive: true });
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await painted(page);
      await page.screenshot({ path: join(process.env.TERN_PICTURES, `${name}-${colorScheme}.png`) });
    }
  };
  const shown = () => byId(page, 'virtual-agent-page');
  const undo = () => page.getByRole('button', { name: 'Undo' }).last().click();
  /** Types into a field and leaves it, which saves. */
  const put = async (field, text) => {
    await field.fill(text);
    await field.blur();
  };
  const reopen = async () => {
    await byId(page, 'settings-tab-about').click();
    await byId(page, 'settings-tab-virtualAgent').click();
    await shown().waitFor();
  };

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-virtualAgent').click();
    await shown().waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('is off until somebody turns it on, and says what that means', async () => {
    const on = byId(page, 'virtual-agent-on');
    assert.equal(await on.getAttribute('aria-checked'), 'false');
    await page.getByText('Off: new texts go to your queues, as ever.').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('virtual-agent-1-off');
    await on.click();
    await page.getByText('New texts go to it first.').waitFor();
    await undo();
    await page.getByText('Off: new texts go to your queues, as ever.').waitFor();
    await on.click();
    await page.getByText('New texts go to it first.').waitFor();
  });

  it('R-4, V-29: numbers of people alone, and parts of the chat, are kept', async () => {
    const first = shown().locator('section').nth(1).getByRole('switch').first();
    await first.click();
    await page.getByText(/^People answer /).waitFor();
    const survey = shown().getByRole('switch', { name: /^Survey/ });
    await survey.click();
    await page.getByText('“Survey” is part of the chat').waitFor();
    await reopen();
    assert.equal(await first.getAttribute('aria-checked'), 'true');
    assert.equal(await survey.getAttribute('aria-checked'), 'true');
  });

  it('V-35: own words are kept; those of the carrier are refused with the reason', async () => {
    const bye = byId(page, 'command-words-bye');
    await put(bye, 'bye, see you');
    await page.getByText('“End” changed').waitFor();
    await put(bye, 'bye, Cancel');
    await page.getByText('“Cancel” cannot be a word for this: whoever writes it is blocked by the carrier').waitFor();
    await bye.scrollIntoViewIfNeeded();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('virtual-agent-2-commands');
    await put(bye, 'bye, restart');
    await page.getByText('“restart” belongs to two commands.').waitFor();
    const hello = byId(page, 'command-reach-hi');
    await hello.selectOption('off');
    await page.getByText('“Hello” changed').waitFor();
    await reopen();
    assert.equal(await bye.inputValue(), 'bye, see you');
    assert.equal(await hello.inputValue(), 'off');
    assert.deepEqual(await hello.locator('option').allTextContents(), ['With the virtual agent', 'Off in text messages']);
  });

  it('I-14, V-19: numbers have their limits', async () => {
    const silence = shown().getByLabel('Silence until a conversation is closed (minutes)');
    await put(silence, '0');
    await page.getByText('Put in a whole number from 1 to 10080.').waitFor();
    await put(silence, '45');
    await page.getByText('Silence until a conversation is closed changed').waitFor();
    await reopen();
    assert.equal(await silence.inputValue(), '45');
  });

  it('V-21: hosts are read from what people paste, and secrets are never shown again', async () => {
    const hosts = shown().getByLabel('Allowed hosts');
    await put(hosts, 'https://API.example.com/v1\n*.example.org');
    await until('the hosts are tidied', async () => (await hosts.inputValue()) === '*.example.org\napi.example.com');
    await put(hosts, 'localhost');
    await page.getByText('“localhost” is no host').waitFor();
    await byId(page, 'bot-secret-name').fill('Order API');
    await byId(page, 'bot-secret-value').fill('s3cret-word');
    await byId(page, 'bot-secret-keep').click();
    await page.getByText("A secret's name has lower-case letters").waitFor();
    await byId(page, 'bot-secret-name').fill('order_api');
    await byId(page, 'bot-secret-keep').click();
    const secret = byId(page, 'bot-secret').filter({ hasText: 'order_api' });
    await secret.waitFor();
    assert.ok(!(await page.content()).includes('s3cret-word'));
    await byId(page, 'bot-secret-keep').scrollIntoViewIfNeeded();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('virtual-agent-3-secrets');
    await secret.getByRole('button').click();
    await page.getByText('It cannot be brought back.').waitFor();
    await secret.getByRole('button').click();
    await secret.waitFor({ state: 'detached' });
  });

  it('is found by what people call it', async () => {
    await byId(page, 'settings-search').fill('chatbot');
    await byId(page, 'setting-found').filter({ hasText: 'Answers new conversations' }).click();
    await page.locator('.setting-found').filter({ hasText: 'Answers new conversations' }).waitFor();
  });
});
