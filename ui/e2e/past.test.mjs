// The past of an account on the real app: which days are here, pausing, what is fetched of it, and a picture on demand.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver, UI } from './support/servers.mjs';

const program = process.env.TERN_DEVSERVER_BIN;
const skip = !program && 'TERN_DEVSERVER_BIN is not set';
const PICTURE = readFileSync(join(UI, '../tests/fixtures/bicycle.png')).toString('base64');

async function startCarrier() {
  const child = spawn(join(dirname(program), 'tern-simulator'), ['--history', '900:12:1', '--stop-with-input'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
  });
  return {
    ...JSON.parse(line),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}

describe('the past of an account, on the real app', { skip }, () => {
  let browser;
  let carrier;
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
  const call = async (name, request = null) => {
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
  const control = async (method, path, body) => {
    const answer = await fetch(`${carrier.control_url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return answer.json();
  };
  const days = () => byId(page, 'past-days');
  const state = async () => (await call('app_status')).backfill?.state.kind;

  before(async () => {
    [browser, carrier] = await Promise.all([launch(), startCarrier()]);
    // Somebody sent a picture before the team went live; for now the carrier does not give it out.
    await control('POST', '/sim/handsets', { e164: '+14155550123', name: 'Anna' });
    const media = [{ content_type: 'image/png', base64: PICTURE }];
    await control('POST', '/sim/handsets/+14155550123/texts', { to: carrier.numbers[0], body: 'This is my bicycle.', media });
    // The carrier tells whole seconds: what came in the second of going live counts as new.
    const sent = Date.now();
    await until('the second is over', () => Math.floor(Date.now() / 1000) > Math.floor(sent / 1000));
    await control('POST', '/sim/faults', { kind: 'error_500_before', endpoint: 'download_media', times: 0 });
    server = await startDevserver({ practice: false });
    await call('connect_account', {
      credentials: {
        accountSid: carrier.account_sid,
        credential: { kind: 'authToken', token: carrier.auth_token },
        baseUrl: carrier.base_url,
      },
      numbers: [carrier.numbers[0]],
      backfillDays: 0,
      passphrase: null,
    });
    page = await open(browser, server.url);
    await byId(page, 'settings-open').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await carrier?.stop();
  });

  it('keeps a place for a picture that is still at Twilio, and gets it on demand', async () => {
    await byId(page, 'list-tab-done').click();
    const row = byId(page, 'conversation-row').filter({ hasText: 'This is my bicycle.' });
    await row.getByText('Picture still at Twilio').waitFor({ state: 'attached' });
    await row.click();
    const get = byId(page, 'fetch-picture');
    await get.waitFor();
    await picture('past-picture-remote');
    assert.deepEqual(await seriousViolations(page), []);
    await control('DELETE', '/sim/faults');
    await get.click();
    const shown = byId(page, 'media').locator('img');
    await shown.waitFor();
    assert.match(await shown.getAttribute('src'), /small/);
    await until('the small picture', () => shown.evaluate((it) => it.complete && it.naturalWidth > 0));
    await picture('past-picture-here');
    await until('the small picture in the list', () => row.locator('img').evaluate((it) => it.complete && it.naturalWidth > 0));
    await shown.click();
    const whole = page.getByAltText('Enlarged');
    await whole.waitFor();
    assert.doesNotMatch(await whole.getAttribute('src'), /small/);
    await page.keyboard.press('Escape');
  });

  it('saves a picture that cannot be shown as it came, once it has said what is known of it', async () => {
    const cut = Buffer.from(PICTURE, 'base64').subarray(0, 2000);
    const media = [{ content_type: 'image/png', base64: cut.toString('base64') }];
    await control('POST', '/sim/handsets/+14155550123/texts', { to: carrier.numbers[0], body: 'And this?', media });
    await byId(page, 'list-tab-new').click();
    const row = byId(page, 'conversation-row').filter({ hasText: 'And this?' });
    await row.getByText('Picture not shown').waitFor({ state: 'attached' });
    await row.click();
    await byId(page, 'media').filter({ hasText: 'arrived incomplete' }).waitFor();
    await picture('save-media-thread');
    await byId(page, 'save-media').focus();
    await page.keyboard.press('Enter');
    const dialog = byId(page, 'save-media-dialog');
    for (const words of ['A picture (PNG) · 2.0 kB', 'arrived incomplete', '+1 415', 'cannot tell whether a file is safe']) await dialog.getByText(words).waitFor();
    await picture('save-media');
    assert.deepEqual(await seriousViolations(page), []);
    const [download] = await Promise.all([page.waitForEvent('download'), byId(page, 'save-media-confirm').click()]);
    assert.equal(download.suggestedFilename(), 'attachment-1.png');
    assert.deepEqual(readFileSync(await download.path()), cut);
    await dialog.waitFor({ state: 'detached' });
    await byId(page, 'toast').filter({ hasText: 'attachment-1.png saved' }).waitFor();
  });

  it('says which days are not here, and fetches some of them', async () => {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-account').click();
    await days().getByText('Not here: not fetched yet').first().waitFor();
    await days().locator('h4').scrollIntoViewIfNeeded();
    await picture('past-days-not-here');
    assert.deepEqual(await seriousViolations(page), []);
    await days().getByRole('button', { name: /^Fetch .* again$/ }).first().click();
    await until('those days', async () => (await state()) !== 'running');
    await days().getByText('Complete').first().waitFor();
  });

  it('keeps what is wanted of the past', async () => {
    const form = byId(page, 'past-settings');
    await form.getByText('90 days').click();
    await form.getByText('2 MB').click();
    await form.getByText('50 KB/s').click();
    await until('what is wanted', async () => {
      const wanted = await call('past_settings');
      return wanted.pictures.days === 90 && wanted.largestMb === 2 && wanted.limitKb === 50;
    });
    await picture('past-settings');
    const file = JSON.parse((await call('export_configuration')).text);
    assert.deepEqual(file.sections.past, { pictures: { kind: 'last_days', days: 90 }, largest_mb: 2, limit_kb: 50 });
    await assert.rejects(call('update_past_settings', { pictures: { kind: 'lastDays', days: 0 }, largestMb: null, limitKb: null }), /3650 days/);
  });

  it('pauses and goes on, and is complete at the end', async () => {
    const section = byId(page, 'history-section');
    await section.getByText('Everything', { exact: true }).click();
    await section.getByRole('button', { name: /^(Fetch the past|Go on fetching)$/ }).click();
    await section.getByRole('button', { name: 'Pause' }).click();
    await section.getByText('Paused; it stays so until you go on.').waitFor();
    assert.equal(await state(), 'paused');
    await picture('past-paused');
    assert.deepEqual(await seriousViolations(page), []);
    await section.getByRole('button', { name: 'Go on fetching' }).click();
    await byId(page, 'past-settings').getByText('Off', { exact: true }).click();
    await until('the end of the past', async () => (await state()) === 'finished', 60_000);
    await until('every day', async () => (await call('past_days', { zone: 'UTC' })).every((row) => row.state === 'complete'));
    await days().locator('tr[data-state="notHere"]').first().waitFor({ state: 'detached' });
    await days().locator('table').scrollIntoViewIfNeeded();
    await picture('past-complete');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('complained about nothing', () => {
    assert.deepEqual(page.complaints, []);
  });
});
