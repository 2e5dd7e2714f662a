// Retention on the real app: nothing goes before somebody has looked and agreed; what is held stays.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const program = process.env.TERN_DEVSERVER_BIN;
const skip = !program && 'TERN_DEVSERVER_BIN is not set';
const PAST = '800:12:2';

/** A line with two years of texts behind it. */
async function startLine() {
  const child = spawn(join(dirname(program), 'tern-simulator'), ['--history', PAST, '--stop-with-input'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
  });
  return {
    line,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}

describe('what is kept for how long, on the real app', { skip }, () => {
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
  const openPage = async () => {
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-retention').click();
    await byId(page, 'retention-texts').waitFor();
  };

  before(async () => {
    [browser, carrier] = await Promise.all([launch(), startLine()]);
    server = await startDevserver({ more: ['--sim', carrier.line] });
    page = await open(browser, server.url);
    await byId(page, 'settings-open').waitFor();
    await call('start_backfill', { days: 1000 });
    await until('the past', async () => (await call('app_status')).backfill?.state.kind === 'finished', 60_000);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await carrier?.stop();
  });

  it('holds a conversation with a reason, on its timeline, and refuses to remove its texts', async () => {
    const done = await call('list_conversations', { list: 'done', after: null, limit: 50 });
    const { id } = done.rows[0];
    await byId(page, 'list-tab-done').click();
    await byId(page, 'conversation-row').first().click();
    // The handset and the details share one place.
    await page.keyboard.press('Control+i');
    await byId(page, 'hold-place').click();
    assert.ok(await byId(page, 'hold-confirm').isDisabled(), 'no reason');
    await byId(page, 'hold-reason').fill('Claim 2026-118');
    await picture('hold-place');
    await byId(page, 'hold-confirm').click();
    await byId(page, 'legal-hold').filter({ hasText: 'Claim 2026-118' }).waitFor();
    await byId(page, 'timeline-entry').filter({ hasText: 'Placed a legal hold: Claim 2026-118' }).waitFor();
    await picture('hold-placed');
    assert.deepEqual(await seriousViolations(page), []);
    const { messages } = await call('list_messages', { conversationId: id, anchor: { kind: 'latest' }, limit: 1 });
    await assert.rejects(call('redact_message', { messageId: messages[0].id, typed: 'remove' }), /legal hold/);
  });

  it('reaches holds from the conversation’s menu and the person’s page, with a sign on both', async () => {
    await byId(page, 'hold-sign').waitFor();
    await byId(page, 'conversation-menu').focus();
    await page.keyboard.press('Enter');
    await byId(page, 'conversation-menu-hold').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const dialog = byId(page, 'hold-dialog');
    await dialog.getByText('Claim 2026-118').waitFor();
    await picture('hold-dialog');
    assert.deepEqual(await seriousViolations(page), []);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    const done = await call('list_conversations', { list: 'done', after: null, limit: 50 });
    const other = done.rows.findLast((row) => row.id !== done.rows[0].id);
    const { identity } = await call('change_identity', { conversationId: other.id, change: { kind: 'newPerson', name: 'Vera Lund' } });
    const personId = identity.person.id;
    await byId(page, 'people-open').click();
    await byId(page, 'person-row').filter({ hasText: 'Vera Lund' }).click();
    await byId(page, 'person-name').waitFor();
    await byId(page, 'hold-place').click();
    await byId(page, 'hold-reason').fill('Subpoena 7');
    await picture('hold-person');
    await byId(page, 'hold-confirm').click();
    await byId(page, 'legal-hold').filter({ hasText: 'everything with Vera Lund' }).waitFor();
    await byId(page, 'hold-sign').waitFor();
    await picture('hold-person-placed');
    assert.deepEqual(await seriousViolations(page), []);
    await assert.rejects(call('delete_person', { personId }), /legal hold/);
    const { holds } = await call('person_holds', { personId });
    await call('release_hold', { id: holds[0].id, reason: 'Withdrawn' });
    await byId(page, 'hold-sign').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Inbox', exact: true }).click();
    await byId(page, 'list-tab-done').click();
    await call('delete_person', { personId });
  });

  it('deletes nothing for an age that nobody agreed to', async () => {
    await openPage();
    await picture('retention-empty');
    await byId(page, 'retention-texts').getByText('For', { exact: true }).click();
    await byId(page, 'retention-texts-amount').fill('3');
    await byId(page, 'retention-texts-unit').selectOption('days');
    await byId(page, 'retention-texts').getByRole('alert').waitFor();
    await byId(page, 'retention-texts-amount').fill('6');
    await byId(page, 'retention-texts-unit').selectOption('months');
    await until('the age to be saved', async () => (await call('retention')).wanted.texts === 186);
    await byId(page, 'retention-look').waitFor();
    assert.deepEqual((await call('retention')).past, []);
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('shows what would go, wants the number typed, deletes it, and keeps what is held', async () => {
    await byId(page, 'retention-look').click();
    const dialog = byId(page, 'retention-preview');
    await dialog.waitFor();
    await byId(page, 'retention-held-back').filter({ hasText: 'legal hold' }).waitFor();
    const seen = await call('preview_retention');
    assert.ok(seen.texts > 100, `${seen.texts}`);
    assert.ok(await byId(page, 'retention-agree').isDisabled(), 'nothing typed');
    await byId(page, 'retention-typed').fill('1');
    assert.ok(await byId(page, 'retention-agree').isDisabled(), 'another number');
    await picture('retention-preview');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'retention-typed').fill(seen.confirmation);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await byId(page, 'retention-run').filter({ hasText: 'Finished' }).waitFor({ timeout: 60_000 });
    await byId(page, 'retention-in-force').filter({ hasText: 'Texts older than 6 months are deleted.' }).waitFor();
    await byId(page, 'job-tray').filter({ hasText: 'Retention done' }).waitFor();
    await picture('retention-done');
    assert.deepEqual(await seriousViolations(page), []);
    const [run] = (await call('retention')).past;
    assert.equal(run.texts, seen.texts);
    const after = await call('preview_retention');
    assert.equal(after.texts, 0);
    assert.equal(after.heldBack.length, seen.heldBack.length);
  });

  it('does not fetch it again, and says in the conversation how far back it goes', async () => {
    const counted = async () => {
      const done = await call('list_conversations', { list: 'done', after: null, limit: 50 });
      const heads = await Promise.all(done.rows.map((row) => call('conversation', { conversationId: row.id })));
      return heads.reduce((sum, head) => sum + head.messageCount, 0);
    };
    const left = await counted();
    await call('start_backfill', { days: 1000 });
    await until('the past', async () => (await call('app_status')).backfill?.state.kind === 'finished', 60_000);
    assert.equal(await counted(), left);
    await page.keyboard.press('Escape');
    await byId(page, 'conversation-row').nth(1).click();
    await byId(page, 'kept-since').filter({ hasText: 'No texts from before' }).waitFor();
    await picture('retention-kept-since');
  });

  it('releases a hold with a reason', async () => {
    await openPage();
    await byId(page, 'hold-release').click();
    await byId(page, 'hold-release-reason').fill('Claim settled');
    await byId(page, 'hold-release-confirm').click();
    await byId(page, 'legal-hold').waitFor({ state: 'detached' });
    await page.getByText('Nothing is held.').waitFor();
  });

  it('complained about nothing', () => {
    assert.deepEqual(page.complaints, []);
  });
});
