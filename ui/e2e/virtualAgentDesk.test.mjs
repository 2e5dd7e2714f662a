// Customers meet a published topic: what the virtual agent has is in a list of its own, and what became of them is drawn on the
// canvas. On the real app; TERN_PICTURES names a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const PATIENCE = 60_000;

const TOPIC = {
  format: 1,
  name: 'repair',
  displayName: 'Bring a bike',
  description: 'Takes down what is broken.',
  keywords: ['repair'],
  start: 'which',
  nodes: [
    {
      id: 'which', name: 'Which bike', kind: 'askChoice', variable: 'bike', prompt: 'Which bike is it?', next: 'price',
      choices: [{ label: 'Road bike', value: 'road' }, { label: 'Cargo bike', value: 'cargo', next: 'person' }],
    },
    { id: 'price', name: 'Price', kind: 'sayText', text: 'A check of a road bike costs 40 dollars.', next: 'agreed' },
    { id: 'agreed', name: 'Shall we?', kind: 'askYesNo', variable: 'agreed', prompt: 'Shall we put you down for Saturday?', next: 'down' },
    { id: 'down', name: 'Put down', kind: 'sayText', text: 'You are down for Saturday.' },
    { id: 'person', name: 'To a person', kind: 'transfer', shortDescription: 'A cargo bike' },
  ],
};

describe('customers meet a topic', { skip: !process.env.TERN_DEVSERVER_BIN }, () => {
  let browser;
  let server;
  let page;
  let team;

  const id = (name) => byId(page, name);
  const picture = async (name) => {
    if (!process.env.TERN_PICTURES) return;
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await painted(page);
      await page.screenshot({ path: join(process.env.TERN_PICTURES, `${name}-${colorScheme}.png`) });
    }
  };
  const call = (name, request = null) =>
    page.evaluate(
      async ([command, body]) => {
        const answer = await fetch(`/call/${command}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(`${command}: ${await answer.text()}`);
        return answer.json();
      },
      [name, request],
    );
  const customer = async (name) => (await call('practice_add_handset', { name })).number;
  const texts = (from, body) => call('practice_text', { from, to: team, body, pictures: [] });
  const reads = (number, words) =>
    until(`${number} reads “${words}”`, async () => (await call('practice_texts', { number })).some((it) => it.body.includes(words)), PATIENCE);
  const figures = () => call('topic_figures', { name: 'repair', version: null, days: null });
  const step = (node) => page.locator(`[data-testid="topic-step"][data-step="${node}"]`);
  const counted = (node, words) => until(`${node} says “${words}”`, async () => (await step(node).locator('.figures').innerText()).replace(/\s+/g, ' ') === words, PATIENCE);

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url, { viewport: { width: 1360, height: 820 } });
    await id('inbox-list').or(page.getByText('Nothing new')).first().waitFor();
    team = (await call('app_status')).providerNumbers[0].number;
    await call('save_topic', { file: JSON.stringify(TOPIC), baseRevision: null, renamedFrom: null });
    await call('publish_topic', { name: 'repair', revision: (await call('topic', { name: 'repair' })).revision, note: '', despiteTests: false });
    const agent = await call('virtual_agent');
    const chat = JSON.parse(agent.chat);
    chat.includes = chat.includes.filter((it) => it !== 'greeting');
    await call('save_virtual_agent', { ...agent, on: true, chat: JSON.stringify(chat) });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('i_2 lists what the virtual agent has apart from what people have', async () => {
    const [done, left, person] = [await customer('Dana Field'), await customer('Ben Marsh'), await customer('Cleo Hart')];
    for (const number of [done, left, person]) await texts(number, 'repair');
    for (const number of [done, left, person]) await reads(number, 'Which bike is it?');
    await until('three are with it', async () => /3$/.test((await id('with-virtual-agent').textContent()).trim()), PATIENCE);
    await id('list-tab-ongoing').click();
    await page.getByText('No open conversations').waitFor();
    await picture('desk-1-with-the-virtual-agent');
    assert.deepEqual(await seriousViolations(page), []);
    await id('with-virtual-agent').click();
    await until('they are listed', async () => (await id('conversation-row').count()) === 3, PATIENCE);
    await id('conversation-row').first().click();
    await id('message-bubble').first().waitFor();
    await picture('desk-2-list');
    assert.deepEqual(await seriousViolations(page), []);

    await texts(done, '1');
    await reads(done, 'Shall we put you down');
    await texts(done, 'yes');
    await reads(done, 'You are down for Saturday.');
    await texts(left, '1');
    await reads(left, 'Shall we put you down');
    await texts(left, 'bye');
    await texts(person, '2');
    await until('somebody is handed over', async () => (await figures()).handedOver === 1, PATIENCE);
    await until('somebody has left', async () => (await figures()).abandoned === 1, PATIENCE);
  });

  it('v_21 draws on the canvas how many came by, left, and were handed over', async () => {
    await id('topics-open').click();
    await id('topics-row').filter({ hasText: 'Bring a bike' }).click();
    await step('which').waitFor();
    await id('topic-tab-figures').click();
    await id('figures-totals').waitFor();
    await counted('which', '3');
    assert.match(await id('figures-totals').innerText(), /Started\s+3\s+Completed\s+1 \(33 %\)\s+Left before the end\s+1 \(33 %\)\s+Handed over\s+1 \(33 %\)\s+Texts of the customer, on average\s+1\.7/);
    await counted('agreed', '1 left 2');
    await counted('person', '1 · 33 % · 1 to a person');
    await picture('desk-3-figures');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('h_6 tells an agent what was said before', async () => {
    await id('topic-back').click();
    await id('topics-page').waitFor();
    await page.getByRole('button', { name: 'Inbox', exact: true }).click();
    await id('list-tab-new').click();
    await id('conversation-row').first().click();
    await page.getByRole('button', { name: 'Details', exact: true }).click();
    await id('handover-card').waitFor();
    await page.getByText('A cargo bike').first().waitFor();
    await picture('desk-4-handed-over');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('complained about nothing', () => assert.deepEqual(page.complaints, []));
});
