// Exports on the real app through the development server, and their verification by a program that knows no desk.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const pictures = process.env.TERN_PICTURES;
/** What a keychain would keep through a crash. */
const KEY = ['--key-hex', '07'.repeat(32)];
const QUESTION = 'Where is my walnut table?';

describe('exports, on the real app', { skip }, () => {
  let browser;
  let server;
  let page;
  let elsewhere;

  async function picture(name) {
    if (!pictures) return;
    await mkdir(pictures, { recursive: true });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('html[data-theme="light"]').waitFor();
  }

  /** The verifier, where there is nothing of Tern: an empty folder, and no home. */
  function verify(path, ...more) {
    const program = join(dirname(process.env.TERN_DEVSERVER_BIN), 'tern-verify');
    const ran = spawnSync(program, [path, ...more], { cwd: dirname(path), env: { HOME: dirname(path) }, encoding: 'utf8' });
    return { code: ran.status, words: ran.stdout };
  }

  before(async () => {
    elsewhere = await mkdtemp(join(tmpdir(), 'tern-elsewhere-'));
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    const first = byId(page, 'first-run-practice');
    await first.or(byId(page, 'handset-pane')).first().waitFor();
    if (await first.isVisible()) await first.click();
    await byId(page, 'handset-pane').waitFor();
    await byId(page, 'handset-input').fill(QUESTION);
    await byId(page, 'handset-send').click();
    await byId(page, 'conversation-row').filter({ hasText: QUESTION }).click();
    await byId(page, 'message-bubble').filter({ hasText: QUESTION }).waitFor();
    await byId(page, 'handset-toggle').click();
    await page.getByRole('button', { name: /details/i }).first().click();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(elsewhere, { recursive: true, force: true });
  });

  it('says beforehand what it comes to, that it is in clear, and who signs', async () => {
    await byId(page, 'export-open').first().click();
    await byId(page, 'export-size').filter({ hasText: '1 text' }).waitFor();
    const words = await byId(page, 'export-dialog').textContent();
    assert.match(words, /in clear/);
    assert.match(words, /[0-9A-F]{4}( [0-9A-F]{4}){7}/);
    assert.deepEqual(await seriousViolations(page), []);
    await picture('export-dialog');
  });

  it('refuses a folder that is none where it was typed, and nothing where nothing is chosen', async () => {
    const folder = byId(page, 'export-folder');
    const offered = await folder.inputValue();
    await folder.fill('Downloads');
    await byId(page, 'export-start').click();
    await byId(page, 'export-dialog').getByText('no whole path').waitFor();
    await folder.fill(offered);
    await byId(page, 'export-pages').uncheck();
    assert.ok(await byId(page, 'export-start').isDisabled());
    await byId(page, 'export-pages').check();
    await byId(page, 'export-lines').check();
  });

  it('writes a file that verifies where there is no Tern, and does not after one byte was changed', async () => {
    const folder = join(elsewhere, 'out');
    await byId(page, 'export-folder').fill(folder);
    await byId(page, 'export-start').click();
    await byId(page, 'job-tray').filter({ hasText: 'Export done' }).click();
    await byId(page, 'job-item').getByText('1 text exported and signed.').waitFor();
    await picture('export-done');
    const [name] = await readdir(folder);
    assert.match(name, /^tern-conversation-.*\.zip$/);
    const clean = await mkdtemp(join(tmpdir(), 'tern-clean-'));
    const copy = join(clean, 'given.zip');
    await copyFile(join(folder, name), copy);
    const good = verify(copy);
    assert.equal(good.code, 0, good.words);
    assert.match(good.words, /signed by the key/);
    const key = /[0-9A-F]{4}(?: [0-9A-F]{4}){7}/.exec(good.words)[0];
    assert.equal(verify(copy, '--key', key).code, 0);
    assert.equal(verify(copy, '--key', key.replace(/^..../, 'FFFF')).code, 1);
    const bytes = await readFile(copy);
    bytes[Math.floor(bytes.length / 2)] ^= 1;
    await writeFile(copy, bytes);
    const bad = verify(copy);
    assert.notEqual(bad.code, 0, bad.words);
    assert.deepEqual(await readdir(clean), ['given.zip'], 'nothing is unpacked');
    await rm(clean, { recursive: true, force: true });
    await byId(page, 'job-dismiss').click();
    await page.keyboard.press('Escape');
  });

  it('stands in the timeline, and the key in the settings', async () => {
    await byId(page, 'timeline-entry').filter({ hasText: 'Exported the conversation to give out: 1 text' }).waitFor();
    await byId(page, 'settings-open').click();
    await byId(page, 'settings-tab-security').click();
    await byId(page, 'export-key').filter({ hasText: /[0-9A-F]{4}( [0-9A-F]{4}){7}/ }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'export-key').scrollIntoViewIfNeeded();
    await picture('export-key');
    // The browser itself speaks of the answer that refused a folder.
    assert.deepEqual(page.complaints.filter((it) => !it.includes('Failed to load resource')), [], 'the page complained');
  });
});

describe('a crash while an export is written', { skip }, () => {
  for (const [step, left] of [
    ['export.part', 'part'],
    ['export.written', 'part'],
    ['export.recorded', 'part'],
    ['export.in_place', 'zip'],
  ]) {
    it(`at ${step} leaves nothing half-done after the next start`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tern-crash-'));
      const call = (server, name, request = null) =>
        fetch(new URL(`/call/${name}`, server.url), { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${server.token}` }, body: JSON.stringify(request) });
      try {
        const first = await startDevserver({ folder, more: [...KEY, '--kill-at', step] });
        const conversationId = await someConversation(first, call);
        const scope = { kind: 'conversation', conversationId };
        const out = join(folder, 'out');
        // Whether an answer still comes is a matter of luck.
        await call(first, 'start_export', { scope, transcript: 'internal', pages: true, lines: true, table: true, pictures: true, place: { kind: 'typed', path: out } }).catch(() => undefined);
        await until('the process is gone', () => call(first, 'app_status').then(() => false, () => true));
        const [name, ...more] = await readdir(out);
        assert.deepEqual(more, []);
        assert.ok(name.endsWith(left === 'part' ? '.zip.part' : '.zip'), name);
        const second = await startDevserver({ folder, more: KEY });
        const after = await readdir(out);
        assert.deepEqual(after, left === 'part' ? [] : [name]);
        assert.deepEqual(await (await call(second, 'jobs')).json(), []);
        await second.stop();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  /** A conversation with one text. */
  async function someConversation(server, call) {
    const ask = async (name, request) => (await call(server, name, request)).json();
    const [{ number: from }] = await ask('practice_handsets');
    const { providerNumbers } = await ask('app_status');
    await ask('practice_text', { from, to: providerNumbers[0].number, body: QUESTION, pictures: [] });
    let row;
    await until('the text is there', async () => {
      const page = await ask('list_conversations', { list: 'new', after: null, limit: 10 });
      row = page.rows.find((it) => it.preview === QUESTION);
      return row !== undefined;
    });
    return row.id;
  }
});
