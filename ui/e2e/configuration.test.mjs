// Everything a team configures as one file, on the real app through the development server.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const skip = !process.env.TERN_DEVSERVER_BIN && 'TERN_DEVSERVER_BIN is not set';
const pictures = process.env.TERN_PICTURES;

describe('the configuration as one file, on the real app', { skip }, () => {
  let browser;
  let server;
  let page;
  let file;

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
  const tab = (name) => page.getByRole('tab', { name, exact: true }).click();
  const diff = () => byId(page, 'configuration-diff');
  const held = (title, count) =>
    byId(page, 'configuration-sections').locator('div').filter({ has: page.getByText(title, { exact: true }) }).filter({ hasText: count }).waitFor();
  const choose = (name, sections) =>
    byId(page, 'configuration-choose').setInputFiles({
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify({ ...file, sections }, null, 2)),
    });

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url);
    const first = byId(page, 'first-run-practice');
    await first.or(byId(page, 'handset-pane')).first().waitFor();
    if (await first.isVisible()) await first.click();
    await byId(page, 'handset-pane').waitFor();
    await byId(page, 'settings-open').click();
    await byId(page, 'settings').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('says how much a file holds, and counts anew what was added elsewhere', async () => {
    await tab('Configuration');
    await held('Groups', '0');
    await tab('Agents and groups');
    await byId(page, 'group-name').fill('Front desk');
    await byId(page, 'group-add').click();
    await byId(page, 'group-row').filter({ hasText: 'Front desk' }).waitFor();
    await tab('Configuration');
    await held('Groups', '1');
    await held('Agents', '1');
    await held('Queues', '1');
    await picture('configuration');
    assert.deepEqual(await seriousViolations(page), []);
    const [download] = await Promise.all([page.waitForEvent('download'), byId(page, 'configuration-save').click()]);
    file = JSON.parse(await readFile(await download.path(), 'utf8'));
    assert.equal(file.sections.groups[0].name, 'Front desk');
  });

  it('shows what another file would add, change and remove, and takes the import back', async () => {
    const { groups, agents, queues } = file.sections;
    const night = { ...queues[0], id: '0190b3a0-0000-7000-8000-000000000001', name: 'Night', order: 20 };
    const workshop = { id: '0190b3a0-0000-7000-8000-000000000002', name: 'Workshop' };
    const ben = { ...agents[0], id: '0190b3a0-0000-7000-8000-000000000003', name: 'Ben', groups: [workshop.id] };
    await choose('other.json', { ...file.sections, groups: [workshop], agents: [ben], queues: [{ ...queues[0], order: 5 }, night] });
    await diff().waitFor();
    const entry = (word, name) => diff().locator('li').filter({ hasText: word }).filter({ hasText: name }).waitFor();
    await entry('new', 'Workshop');
    await entry('removed', groups[0].name);
    await entry('new', 'Ben');
    await entry('new', 'Night');
    await entry('changed', 'Order');
    await picture('configuration-import');
    assert.deepEqual(await seriousViolations(page), []);
    await byId(page, 'configuration-import').click();
    await held('Agents', '2');
    await held('Queues', '2');
    await byId(page, 'configuration-undo').click();
    await byId(page, 'configuration-undo').waitFor({ state: 'detached' });
    await held('Agents', '1');
    await choose('same.json', file.sections);
    await diff().filter({ hasText: 'nothing would change' }).waitFor();
  });

  it('names what a file names and does not have', async () => {
    const [queue] = file.sections.queues;
    const pool = { rule: null, groups: ['0190b3a0-0000-7000-8000-00000000000f'], eligible_at: 0 };
    await choose('dangling.json', { ...file.sections, queues: [{ ...queue, pools: [pool] }] });
    const problem = byId(page, 'configuration-problem');
    await problem.filter({ hasText: `“${queue.name}”: it names the group 0190b3a0-0000-7000-8000-00000000000f, which is not there` }).waitFor();
    await picture('configuration-refused');
  });
});
