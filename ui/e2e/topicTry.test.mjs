// A draft on the handset beside its canvas, its saved tests and its figures, on the real backend: TERN_DEVSERVER_BIN names its
// binary, TERN_PICTURES a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

describe('a draft is tried and proven', { skip: !process.env.TERN_DEVSERVER_BIN }, () => {
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
  const step = (node) => page.locator(`[data-testid="topic-step"][data-step="${node}"]`);
  const tab = (name) => id(`topic-tab-${name}`).click();
  const say = async (text) => {
    await id('try-input').fill(text);
    await id('try-send').click();
    await id('try-said').filter({ hasText: text }).last().waitFor();
  };
  const reply = (words) => id('try-reply').filter({ hasText: words });
  const summary = (words) => until(`the tests say “${words}”`, async () => (await id('prove-summary').textContent())?.includes(words));

  before(async () => {
    browser = await launch();
    server = await startDevserver();
    page = await open(browser, server.url, { viewport: { width: 1360, height: 900 } });
    await id('topics-open').click();
    await id('topics-page').waitFor();
    await id('topics-new').click();
    await id('topic-ready').filter({ hasText: 'Order status' }).click();
    await step('ask_number').waitFor();
    await tab('try');
    await id('try-pane').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('v_21 starts the topic and shows what the phone shows, what it costs and where it is', async () => {
    await picture('try-1-before');
    await id('try-start').click();
    await reply('What is your order number?').waitFor();
    assert.match(await reply('What is your order number?').textContent(), /1 part/);
    await say('Z9');
    await reply('I cannot find an order Z9').waitFor();
    await id('try-note').filter({ hasText: 'No row was found.' }).waitFor();
    await until('the path is drawn on the canvas', async () => step('ask_again').evaluate((it) => it.classList.contains('path')));
    assert.equal(await step('person').evaluate((it) => it.classList.contains('path')), false);
    assert.match(await id('try-variables').textContent(), /order_number\s*Z9/);
    await picture('try-2-run');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('h_3 hands over, is refused, and goes on', async () => {
    await say('no');
    await id('try-waits').filter({ hasText: 'Is somebody there?' }).waitFor();
    await picture('try-3-hand-over');
    await page.getByRole('button', { name: 'Nobody is there' }).click();
    await reply('Please write to us again later').waitFor();
  });

  it('t_6 marks the parts of a long text, and decides about odd inputs', async () => {
    await id('try-quick').selectOption({ label: 'Ten parts of text' });
    await id('try-said').filter({ hasText: 'a lot to tell' }).waitFor();
    await id('try-quick').selectOption({ label: 'A tapback' });
    await id('try-note').filter({ hasText: 'a thumb under a message' }).waitFor();
    await id('try-quick').selectOption({ label: 'STOP' });
    await id('try-note').filter({ hasText: 'The carrier blocks every further text' }).waitFor();
    await picture('try-4-odd');
  });

  it('i_14 moves the clock to what happens next by itself', async () => {
    await id('try-restart').click();
    await id('try-start').click();
    await reply('What is your order number?').waitFor();
    await id('try-next').click();
    await until('the silence is noticed', async () => (await id('try-note').allTextContents()).some((it) => it.includes('Nobody wrote')));
  });

  it('v_21 starts at a chosen step', async () => {
    await step('ask_again').click();
    await tab('try');
    await id('try-start-here').click();
    await reply('I cannot find an order').waitFor();
  });

  it('v_21 keeps a run as a test, fails it when a text changes, names the node and accepts the new text', async () => {
    await id('try-start').click();
    await reply('What is your order number?').waitFor();
    await say('A1');
    await reply('I cannot find an order A1').waitFor();
    await id('try-save').click();
    await id('prove-fresh').waitFor();
    await id('prove-name').fill('An order that is not there');
    await picture('prove-1-fresh');
    await id('prove-keep').click();
    await summary('1 test passes');
    await step('ask_again').click();
    await tab('inspector');
    const prompt = id('topic-inspector').getByLabel('Question', { exact: true });
    await prompt.fill('There is no order {{ order_number }}. Shall we try another number?');
    await tab('tests');
    await id('prove-run').click();
    await summary('1 test fails');
    await id('prove-difference').filter({ hasText: 'I cannot find an' }).waitFor();
    assert.equal(await id('prove-node').textContent(), 'Not found');
    await until('the node is marked', async () => step('ask_again').evaluate((it) => it.classList.contains('failed')));
    await picture('prove-2-difference');
    assert.deepEqual(await seriousViolations(page), []);
    await id('prove-accept').click();
    await summary('1 test passes');
  });

  it('v_21 does not publish while a saved test fails, unless somebody says so', async () => {
    await step('ask_again').click();
    await tab('inspector');
    await id('topic-inspector').getByLabel('Question', { exact: true }).fill('No order {{ order_number }} here. Another number?');
    await id('topic-publish').click();
    await id('topic-publish-confirm').click();
    const dialog = id('topic-publish-dialog');
    await dialog.getByText('1 saved test fails with this draft. It is not published yet.').waitFor();
    await dialog.getByText('An order that is not there').waitFor();
    await picture('prove-3-publish-refused');
    assert.deepEqual(await seriousViolations(page), []);
    assert.equal(await id('topic-state').textContent(), 'Draft');
    await dialog.getByRole('button', { name: 'Publish anyway' }).click();
    await until('it is published', async () => (await id('topic-state').textContent()) === 'Published v1');
  });

  it('v_21 has no figures before a customer came, and says so', async () => {
    await tab('figures');
    await page.getByText('No figures yet').waitFor();
    await picture('figures-1-none');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('l_3 asks for PIN and code on the handset, and answers as it is told to', async () => {
    await id('topic-back').click();
    await id('topics-new').click();
    await id('topic-blank-name').fill('Gate code');
    await id('topic-blank').click();
    await id('topic-canvas').waitFor();
    await page.keyboard.press('n');
    await id('topic-picker').waitFor();
    await page.keyboard.type('verify who it is');
    await page.keyboard.press('Enter');
    await id('topic-step').waitFor();
    await id('topic-inspector').waitFor();
    await picture('verify-1-form');
    assert.deepEqual(await seriousViolations(page), []);
    await tab('try');
    await id('try-start').click();
    await reply('What is your six-digit PIN?').waitFor();
    await say('482913');
    await reply('Which six-digit code').waitFor();
    await picture('verify-2-asked');
    await say('123456');
    await id('try-note').filter({ hasText: 'The code is checked.' }).waitFor();
    await picture('verify-3-proved');
    assert.deepEqual(await seriousViolations(page), []);
    await id('try-facts').click();
    await page.getByText('Do not fit', { exact: true }).click();
    await id('try-start').click();
    await reply('What is your six-digit PIN?').waitFor();
    await say('482913');
    await reply('Which six-digit code').waitFor();
    await say('123456');
    await reply('That did not fit').waitFor();
    await picture('verify-4-failed');
  });
});
