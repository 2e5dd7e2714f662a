// Bringing in texts of another system on the real app: looking, mapping, trying, bringing in and taking out again.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';

describe('bringing in texts of another system, on the real app', { skip }, () => {
  let browser;
  let folder;
  let server;
  let page;
  let ours;

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
  const file = async (name, content) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const lookAt = async (path) => {
    await byId(page, 'history-path').fill(path);
    await byId(page, 'history-look').click();
    await byId(page, 'history-file').waitFor();
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tern-histories-'));
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    await byId(page, 'settings-open').waitFor();
    ours = (await call('app_status')).providerNumbers[0].number;
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is found from the palette, and says what a path is that is none', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('another system');
    await page.keyboard.press('Enter');
    await byId(page, 'history-path').waitFor();
    await page.getByText('Nothing has been brought in yet.').waitFor();
    await byId(page, 'history-path').fill('/nowhere/at/all.csv');
    await page.keyboard.press('Enter');
    await page.getByText('There is no such file.').waitFor();
    await picture('history-empty');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('lets the columns of an unknown table be mapped, and shows what it would bring', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => `+1415555${String(1000 + (n % 7))};${ours};${n % 2 ? 'ausgehend' : 'eingehend'};0${1 + (n % 9)}.05.2023 10:${10 + n};Kestrel ${n};Customer ${n % 7};Ana\n`);
    const path = await file('alt.csv', `Kunde;Leitung;Weg;Wann;Was;Wer;Von uns\n${rows.join('')}+14155551000;${ours};eingehend;gestern;verloren;;\n`);
    await lookAt(path);
    await byId(page, 'history-field-body').waitFor();
    await byId(page, 'history-try').click();
    await page.getByText('It is not said where').waitFor();
    for (const [field, column] of [['theirs', 'Kunde'], ['ours', 'Leitung'], ['direction', 'Weg'], ['at', 'Wann'], ['body', 'Was'], ['name', 'Wer'], ['agent', 'Von uns']]) {
      await byId(page, `history-field-${field}`).selectOption(column);
    }
    await picture('history-mapping');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'history-try').click();
    const report = byId(page, 'history-report');
    await report.waitFor();
    await report.getByRole('row', { name: 'Texts that would come in 40' }).waitFor();
    await report.getByRole('row', { name: 'People who would be added 7' }).waitFor();
    await byId(page, 'history-left-out').filter({ hasText: 'Lines 42' }).waitFor();
    await byId(page, 'history-report').scrollIntoViewIfNeeded();
    await picture('history-report');
    assert.deepEqual(await seriousViolations(page), []);
    assert.equal((await call('list_conversations', { list: 'done', after: null, limit: 50 })).rows.length, 0, 'nothing is changed yet');
  });

  it('brings it in without telling anybody, and shows where it came from', async () => {
    await byId(page, 'history-bring').click();
    const row = byId(page, 'history-import');
    await row.filter({ hasText: '40 texts' }).and(page.locator('[data-state="done"]')).waitFor();
    await picture('history-past');
    await page.keyboard.press('Escape');
    await byId(page, 'list-tab-done').click();
    await byId(page, 'conversation-row').filter({ hasText: 'Customer 3' }).click();
    await byId(page, 'imported-mark').first().waitFor();
    await picture('history-thread');
    assert.deepEqual(await seriousViolations(page), []);
    const status = await call('app_status');
    assert.equal(status.unread ?? 0, 0);
  });

  it('recognises the log of Twilio’s console and finds what is here already', async () => {
    const log = await file(
      'log.csv',
      `From,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode,AccountSid,Sid,Direction,Price,PriceUnit\n+14155550123,${ours},Hello,received,2023-06-01T10:00:00Z,2010-04-01,1,0,AC1,SM00000000000000000000000000000001,inbound,,USD\n`,
    );
    await page.keyboard.press('Control+k');
    await page.keyboard.type('another system');
    await page.keyboard.press('Enter');
    await lookAt(log);
    await byId(page, 'history-file').filter({ hasText: 'Twilio message log' }).waitFor();
    await byId(page, 'history-try').click();
    await byId(page, 'history-report').getByRole('row', { name: 'Texts that would come in 1' }).waitFor();
    await picture('history-recognised');
  });

  it('takes an import out again once somebody has seen what goes', async () => {
    await byId(page, 'history-take-out').first().click();
    const dialog = byId(page, 'history-removal');
    await dialog.waitFor();
    await dialog.getByRole('row', { name: 'Texts that go 40' }).waitFor();
    await picture('history-removal');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'history-remove').click();
    await byId(page, 'history-import').and(page.locator('[data-state="removed"]')).waitFor();
    await until('the texts to be gone', async () => (await call('list_conversations', { list: 'done', after: null, limit: 50 })).rows.length === 0);
    assert.equal((await call('list_people', { query: 'Customer', after: null, limit: 50 })).people.length, 0);
  });

  it('complained about nothing', () => {
    // Two refusals were asked for.
    assert.deepEqual(page.complaints.filter((it) => !it.includes('422')), []);
  });
});

describe('a crash while texts are brought in or taken out', { skip }, () => {
  /** What a keychain would keep through a crash. */
  const KEY = ['--key-hex', '07'.repeat(32)];
  const ROWS = 300;
  const calls = (server) => async (name, request = null) => {
    const answer = await fetch(new URL(`/call/${name}`, server.url), { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${server.token}` }, body: JSON.stringify(request) });
    return answer.json();
  };
  const gone = (call) => until('the process is gone', () => call('app_status').then(() => false, () => true));
  const stateOf = async (call) => (await call('history_imports')).imports[0]?.state;

  /** Everything that can be seen of texts and people. */
  async function seen(call) {
    const lists = await Promise.all(['new', 'ongoing', 'done'].map((list) => call('list_conversations', { list, after: null, limit: 50 })));
    const hits = await call('count_hits', { query: 'kestrel', conversationId: null, asker: 'page' });
    const people = await call('list_people', { query: 'Customer', after: null, limit: 50 });
    return { rows: lists.flatMap((it) => it.rows.map((row) => [row.id, row.preview])), hits, people: people.people.length };
  }

  /** Begins to bring a file in. */
  async function bring(call, folder) {
    const [{ number: own }] = (await call('app_status')).providerNumbers;
    const rows = Array.from({ length: ROWS }, (_, n) => `+1415555${1000 + (n % 7)},${own},in,2023-05-01T10:00:${String(n % 60).padStart(2, '0')}Z,kestrel ${n},Customer ${n % 7}\n`);
    const path = join(folder, 'old.csv');
    await writeFile(path, `customer,our number,direction,time,text,name\n${rows.join('')}`);
    const place = { kind: 'typed', path };
    const columns = [['theirs', 'customer'], ['ours', 'our number'], ['direction', 'direction'], ['at', 'time'], ['body', 'text'], ['name', 'name']];
    const mapping = { columns: columns.map(([field, column]) => ({ field, column })), ourNumber: null, time: 'automatic', zone: 'UTC' };
    await call('check_history', { place, mapping, addPeople: true });
    let check;
    await until('the look is done', async () => (check = await call('history_check')) !== null);
    assert.equal(check.texts, ROWS);
    // Whether an answer still comes is a matter of luck.
    await call('bring_history', { id: check.id }).catch(() => undefined);
  }

  for (const step of ['import.batch:1', 'import.batch:5', 'import.all', 'import.taken_out:1', 'import.taken_out:4']) {
    it(`at ${step} leaves nothing half-done, and the same counts as before`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tern-crash-'));
      const servers = [];
      const start = async (...more) => {
        servers.push(await startDevserver({ folder, more: [...KEY, ...more] }));
        return calls(servers.at(-1));
      };
      try {
        const takesOut = step.startsWith('import.taken_out');
        let call = await start(...(takesOut ? [] : ['--kill-at', step]));
        const before = await seen(call);
        await bring(call, folder);
        if (takesOut) {
          await until('it is in', async () => (await stateOf(call)) === 'done');
          assert.equal((await seen(call)).people, 7);
          await servers.pop().stop();
          call = await start('--kill-at', step);
          const [{ id }] = (await call('history_imports')).imports;
          await call('remove_history', { id }).catch(() => undefined);
        }
        await gone(call);
        servers.pop();
        call = await start();
        await until('it is taken out', async () => (await stateOf(call)) === 'removed');
        assert.deepEqual(await seen(call), before);
        // The same file comes in as if it had never been tried.
        await bring(call, folder);
        await until('it is in', async () => (await stateOf(call)) === 'done');
        const [{ texts, duplicates }] = (await call('history_imports')).imports;
        assert.deepEqual([texts, duplicates], [ROWS, 0]);
      } finally {
        for (const server of servers) await server.stop();
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
