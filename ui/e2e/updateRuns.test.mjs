// A sending of an update notification that is under way, on the real app: somebody who linked their phone by text gets
// it and sees it there, others are named with the reason, it is paused and resumed, and its price is said before.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const PIN = '739164';

describe('a notification under way', { skip }, () => {
  let browser;
  let server;
  let page;
  let phone;
  let team;

  const picture = async (name) => {
    if (!process.env.TERN_PICTURES) return;
    mkdirSync(process.env.TERN_PICTURES, { recursive: true });
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await painted(page);
      await page.screenshot({ path: join(process.env.TERN_PICTURES, `${name}-${colorScheme}.png`) });
    }
  };
  /** What is prepared behind the window goes through the same door as its clicks. */
  const call = async (name, request = {}) => {
    const { origin, searchParams } = new URL(server.url);
    const answer = await fetch(`${origin}/call/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${searchParams.get('token')}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const body = await answer.json();
    assert.ok(answer.ok, `${name}: ${JSON.stringify(body)}`);
    return body;
  };
  const onPhone = async () => {
    const texts = await call('practice_texts', { number: phone });
    return texts.filter((text) => text.received).map((text) => text.body);
  };
  const says = async (body, expected) => {
    const before = (await onPhone()).length;
    await call('practice_text', { from: phone, to: team, body, pictures: [] });
    await until(`an answer to ${expected}`, async () => (await onPhone()).slice(before).some((text) => text.includes(expected)));
  };
  const user = async (name, mobilePhone) => {
    const fields = { kind: 'user', name, mobilePhone, phone: '', roles: ['driver'], email: '', territory: '', notes: '', account: '' };
    return (await call('save_person', { personId: null, fields })).personId;
  };
  const code = (secret, ...more) => execFileSync('oathtool', ['--totp', '--base32', ...more, secret]).toString().trim();

  /** A user with PIN and authenticator links their phone by text, as a customer does. */
  async function link() {
    const status = await call('app_status');
    team = status.providerNumbers[0].number;
    phone = (await call('practice_handsets'))[0].number;
    const agent = await call('virtual_agent');
    const chat = JSON.parse(agent.chat);
    chat.includes = [...new Set([...(chat.includes ?? []), 'link_account', 'reset_verification'])];
    await call('save_virtual_agent', { ...agent, on: true, chat: JSON.stringify(chat) });
    const personId = await user('Jane Doe', phone);
    await user('Otto Other', '+14155550188');
    await call('set_soft_pin', { personId, pin: PIN, repeat: PIN });
    const { secret } = await call('begin_enrolment', { personId });
    await call('confirm_enrolment', { personId, code: code(secret) });
    // What comes in before the line is live is history, and nobody answers it.
    let saidAt = 0;
    await until('the line to be live', async () => {
      if ((await onPhone()).length > 0) return true;
      if (Date.now() - saidAt < 4_000) return false;
      saidAt = Date.now();
      await call('practice_text', { from: phone, to: team, body: 'hello', pictures: [] });
      return false;
    }, 60_000);
    await says('link my number', 'six-digit PIN');
    await says(PIN, 'authenticator app');
    // Each code is taken once; the next one is valid already.
    await says(code(secret, '--now', new Date(Date.now() + 30_000).toISOString().replace('T', ' ').replace(/\.\d+Z/, ' UTC')), 'I know who you are');
    await says('START', 'Notifications are on');
  }

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'handset-pane').waitFor();
    await link();
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-updates').click();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const rules = () => byId(page, 'update-rules');
  const saveRules = async () => {
    await rules().getByRole('button', { name: 'Save the rules' }).click();
    await page.getByText('Saved', { exact: true }).last().waitFor();
  };
  const row = (name) => byId(page, 'update-results').getByRole('row').filter({ hasText: name });
  const run = () => byId(page, 'update-run').first();

  it('S-14: says who gets it and that no price is known, until somebody enters it from the bill', async () => {
    await byId(page, 'update-new').click();
    await byId(page, 'update-name').fill('A new shift');
    await page.getByLabel('First line').fill('');
    await byId(page, 'update-text').fill('A shift is free on ${event.parm1}.');
    await page.getByLabel('Everybody with one of these roles').fill('Driver');
    await byId(page, 'update-recipients').filter({ hasText: '1 person gets it now, 1 not at all: 1 segment in all.' }).waitFor();
    await byId(page, 'update-price').filter({ hasText: 'Price not known' }).waitFor();
    await byId(page, 'update-save').click();
    await byId(page, 'update-row').waitFor();
    const price = rules().getByLabel('Price of one segment');
    await price.fill('cheap');
    await rules().getByRole('button', { name: 'Save the rules' }).click();
    await rules().getByText('three letters of its currency').waitFor();
    await price.fill('0,0083 usd');
    await saveRules();
  });

  it('S-14: a sending that is under way is paused, and sends nothing when it could', async () => {
    // From an hour ago until in an hour: it is quiet now.
    const at = (hours) => new Date(Date.now() + hours * 3_600_000).toTimeString().slice(0, 5);
    await rules().getByRole('switch', { name: 'Quiet hours' }).click();
    await rules().getByLabel('From', { exact: true }).fill(at(-1));
    await rules().getByLabel('To', { exact: true }).fill(at(1));
    await saveRules();
    await byId(page, 'update-row').click();
    await byId(page, 'update-parm-1').fill('Friday');
    await byId(page, 'update-send').click();
    await byId(page, 'update-recipients').filter({ hasText: 'Nobody gets it now, 1 later, 1 not at all' }).waitFor();
    await byId(page, 'update-price').filter({ hasText: '0.0083 USD each, 0.0083 USD in all.' }).waitFor();
    await picture('runs-1-dry-run');
    await byId(page, 'update-send-now').click();
    await row('Jane Doe').filter({ hasText: 'Waits for the end of quiet hours' }).waitFor();
    await row('Otto Other').filter({ hasText: 'Has not linked a number' }).waitFor();
    await run().getByText('Under way · 1 waiting · 1 not sent').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await picture('runs-2-under-way');
    await byId(page, 'update-pause').click();
    await run().getByText('Paused · 1 waiting · 1 not sent').waitFor();
    await picture('runs-3-paused');

    await page.getByRole('button', { name: 'All notifications' }).click();
    await rules().getByRole('switch', { name: 'Quiet hours' }).click();
    await saveRules();
    // What is sent after it arrives, and it does not.
    await byId(page, 'update-row').click();
    await byId(page, 'update-parm-1').fill('Saturday');
    await byId(page, 'update-send').click();
    await byId(page, 'update-send-now').click();
    await until('the text on the phone', async () => (await onPhone()).includes('A shift is free on Saturday.'));
    assert.equal((await onPhone()).includes('A shift is free on Friday.'), false);
  });

  it('S-9, S-14: resumed, it arrives once on the phone, and what became of it is shown while one looks', async () => {
    const paused = byId(page, 'update-run').filter({ hasText: 'Paused' });
    await paused.getByRole('button', { name: 'Resume' }).click();
    await until('the text on the phone', async () => (await onPhone()).includes('A shift is free on Friday.'));
    assert.equal((await onPhone()).filter((text) => text === 'A shift is free on Friday.').length, 1);
    const resumed = byId(page, 'update-run').filter({ hasText: 'Friday' });
    await resumed.getByText('1 sent · 1 not sent').waitFor();
    const told = resumed.getByRole('row').filter({ hasText: 'Jane Doe' });
    if (!(await told.isVisible())) await resumed.getByRole('button').first().click();
    await told.filter({ hasText: 'Delivered' }).waitFor({ timeout: 30_000 });
    assert.equal(await byId(page, 'update-pause').count(), 0);
    assert.deepEqual(await seriousViolations(page), []);
    await picture('runs-4-done');
    await page.keyboard.press('Escape');
    await byId(page, 'handset-text').filter({ hasText: 'A shift is free on Friday.' }).waitFor();
    await picture('runs-5-phone');
  });
});
