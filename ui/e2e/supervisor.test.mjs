// Two agents take turns at one desk: help wanted, a whisper, the first public text of a supervisor, the live
// group, a conversation that is taken over, and an agent who leaves with work.
// Runs like devserver.test.mjs; TERN_PICTURES names a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('a supervisor and an agent', { skip }, () => {
  let browser;
  let server;
  let page;

  const picture = async (name) => {
    if (process.env.TERN_PICTURES) await page.screenshot({ path: join(process.env.TERN_PICTURES, `supervisor-${name}.png`) });
  };
  const inDark = async (name) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.deepEqual(await seriousViolations(page), []);
    await picture(`${name}-dark`);
    await page.emulateMedia({ colorScheme: 'light' });
  };
  const call = (name, request) =>
    page.evaluate(
      async ([command, body]) => {
        const answer = await fetch(`/call/${command}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(`${command}: ${await answer.text()}`);
        return answer.json();
      },
      [name, request],
    );
  const settings = async (tab) => {
    await byId(page, 'settings-open').click();
    await byId(page, `settings-tab-${tab}`).click();
  };
  const sit = async (name) => {
    await byId(page, 'presence-menu').click();
    await byId(page, 'sign-in-open').click();
    await page.locator('label').filter({ has: byId(page, 'sign-in-agent'), hasText: name }).click();
    await byId(page, 'sign-in-submit').click();
    await byId(page, 'presence-menu').filter({ hasText: name }).waitFor();
  };
  const onPhone = () => byId(page, 'handset-pane').innerText();

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('begins with Ana, who supervises, and Ben, who answers', async () => {
    await settings('team');
    await byId(page, 'agent-row').first().getByRole('button', { name: 'Change' }).click();
    await byId(page, 'agent-name').fill('Ana');
    await byId(page, 'agent-save').click();
    await byId(page, 'agent-add').click();
    await byId(page, 'agent-name').fill('Ben');
    await byId(page, 'agent-save').click();
    await byId(page, 'agent-row').nth(1).waitFor();
    await page.keyboard.press('Escape');
    await byId(page, 'handset-input').fill('Is my bike ready?');
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').first().waitFor();
    assert.equal(await byId(page, 'help-wanted').count(), 0);
  });

  it('shows Ana at once that Ben wants help', async () => {
    await sit('Ben');
    await byId(page, 'conversation-row').first().click();
    await byId(page, 'act-take').click();
    await byId(page, 'live-group').and(page.getByLabel('Add an agent')).waitFor();
    await page.locator('h1').first().click();
    await page.keyboard.press('!');
    await byId(page, 'help-badge').first().waitFor();
    assert.equal(await byId(page, 'help-wanted').count(), 0, 'Ben supervises nobody');
    await sit('Ana');
    await byId(page, 'help-wanted').filter({ hasText: '1' }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'help-wanted').click();
    await byId(page, 'inbox-list').getByText('Is my bike ready?').waitFor();
    await picture('1-help-wanted');
  });

  it('starts to write to Ben and not to the customer, in words and colour', async () => {
    await page.reload();
    await byId(page, 'handset-pane').waitFor();
    await byId(page, 'help-wanted').waitFor();
    await page.keyboard.press('5');
    await byId(page, 'conversation-row').first().click();
    const whisper = page.getByRole('button', { name: 'Whisper to Ben' });
    await whisper.waitFor();
    assert.equal(await byId(page, 'composer-send').count(), 0, 'there is nothing that sends');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'note-input').fill('Offer ten percent');
    await picture('2-whisper');
    await inDark('2-whisper');
    await byId(page, 'note-input').press('Control+Enter');
    await byId(page, 'note').filter({ hasText: 'Whisper to Ben' }).filter({ hasText: 'internal only' }).waitFor();
    assert.equal(await whisper.count(), 1, 'the next words are for Ben too');
  });

  it('keeps what was whispered out of the text, whichever way the modes are changed', async () => {
    await byId(page, 'note-input').fill('He is a difficult one');
    await page.keyboard.press('Control+.');
    await byId(page, 'composer-send').waitFor();
    assert.equal(await byId(page, 'composer-input').inputValue(), '');
    await page.keyboard.press('Control+.');
    await byId(page, 'note-input').waitFor();
    assert.equal(await byId(page, 'note-input').inputValue(), 'He is a difficult one');
    await byId(page, 'note-input').press('Escape');
    assert.equal(await byId(page, 'note-input').count(), 1, 'Escape does not turn to the customer');
    await byId(page, 'note-input').fill('');
  });

  it('asks before the first public text, and then Ana takes part', async () => {
    await byId(page, 'writing-modes').getByText('Text to').click();
    await byId(page, 'composer-input').fill('Hello, Ana here. It is ready, with ten off.');
    await byId(page, 'composer-send').click();
    await byId(page, 'join-dialog').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('3-confirm');
    await inDark('3-confirm');
    await page.keyboard.press('Escape');
    await byId(page, 'join-dialog').waitFor({ state: 'detached' });
    assert.ok(!(await onPhone()).includes('Ana here'), 'nothing left');
    await byId(page, 'composer-send').click();
    await byId(page, 'join-confirm').click();
    await byId(page, 'handset-pane').getByText('Ana here').waitFor();
    assert.ok(!(await onPhone()).includes('Offer ten percent'), 'the whisper is not on the phone');
    await byId(page, 'live-group').click();
    await byId(page, 'live-group-member').nth(1).waitFor();
    assert.deepEqual(await byId(page, 'live-group-member').allInnerTexts().then((all) => all.map((it) => it.replace(/\s+/g, ' ').trim())), ['B Ben has it', 'A Ana (you) takes part']);
    await picture('4-live-group');
    await inDark('4-live-group');
    await byId(page, 'live-group-leave').click();
    await byId(page, 'live-group').and(page.getByLabel('Who takes part: Ben has it', { exact: true })).waitFor();
  });

  it('tells Ben, who answers the same way and asks Ana in', async () => {
    await page.getByRole('tab', { name: 'New' }).click();
    await page.reload();
    await byId(page, 'handset-pane').waitFor();
    await sit('Ben');
    await byId(page, 'notice-card').filter({ hasText: 'Ana whispered to you.' }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('5-notice');
    await byId(page, 'notice-card').getByRole('button', { name: 'Open' }).click();
    await byId(page, 'note').filter({ hasText: 'Offer ten percent' }).waitFor();
    await byId(page, 'notice-card').first().waitFor({ state: 'detached' });
    await byId(page, 'composer-send').waitFor();
    await byId(page, 'live-group').click();
    await byId(page, 'live-group-add').filter({ hasText: 'Add Ana' }).click();
    await byId(page, 'live-group').and(page.locator('[aria-label*="Ana takes part"]')).waitFor();
    await picture('6-added');
  });

  it('tells Ben when Ana takes his conversation over', async () => {
    await sit('Ana');
    const status = await call('app_status', null);
    const [phone] = await call('practice_handsets', null);
    const person = (name, mobilePhone) => ({ kind: 'user', name, mobilePhone, phone: '', roles: [], email: '', territory: '', notes: '', account: '' });
    await call('save_person', { personId: null, fields: person('Jane Doe', phone.number) });
    const omar = await call('save_person', { personId: null, fields: person('Omar Sy', '') });
    await call('start_conversation', {
      messageId: '01990000-0000-7000-8000-000000000001',
      providerNumber: status.providerNumbers[0].number,
      number: phone.number,
      personId: omar.personId,
      body: 'Hello Omar',
      moveNumber: true,
      takeOver: true,
    });
    await sit('Ben');
    const banner = byId(page, 'notice-banner').filter({ hasText: 'Ana took over' });
    await banner.waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('7-taken-over');
    await inDark('7-taken-over');
    await page.reload();
    await byId(page, 'handset-pane').waitFor();
    await byId(page, 'notice-card').filter({ hasText: 'Ana took over' }).getByRole('button', { name: 'Open' }).click();
    await byId(page, 'notice-seen').click();
    await banner.waitFor({ state: 'detached' });
  });

  it('asks where the work of an agent goes who leaves, and takes leaving back', async () => {
    await byId(page, 'handset-input').fill('And another thing');
    await byId(page, 'handset-send').click();
    await sit('Ana');
    const rows = await call('list_conversations', { list: 'ongoing', after: null, limit: 10 });
    await call('act_on_conversation', { conversationId: rows.rows[0].id, act: 'putBack' });
    await sit('Ben');
    await call('act_on_conversation', { conversationId: rows.rows[0].id, act: 'take' });
    await sit('Ana');
    await settings('team');
    await byId(page, 'agent-row').filter({ hasText: 'Ben' }).filter({ hasText: '1 open' }).waitFor();
    await byId(page, 'agent-remove').click();
    await byId(page, 'leaving-form').getByText('back to the queue').waitFor({ state: 'attached' });
    await byId(page, 'leaving-to').selectOption({ label: 'to Ana' });
    await byId(page, 'leaving-form').getByText('Ana has them at once').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('8-leaving');
    await inDark('8-leaving');
    await byId(page, 'leaving-confirm').click();
    await byId(page, 'agent-row').filter({ hasText: 'Ben' }).waitFor({ state: 'detached' });
    await byId(page, 'agent-row').filter({ hasText: '1 open' }).filter({ hasText: 'Ana' }).waitFor();
    assert.equal(await byId(page, 'agent-row').count(), 1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await byId(page, 'agent-row').nth(1).waitFor();
    await picture('9-back');
    await page.keyboard.press('Escape');
    assert.deepEqual(
      page.complaints.filter((it) => !it.includes('409') && !it.includes('422')),
      [],
    );
  });
});
