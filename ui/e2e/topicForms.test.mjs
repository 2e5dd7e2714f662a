// Every form of the topic designer, and the hosts that are allowed where an address is written. On the fake backend, or with
// TERN_DEVSERVER_BIN on the real one; TERN_PICTURES names a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDesign, startDevserver } from './support/servers.mjs';

const isReal = Boolean(process.env.TERN_DEVSERVER_BIN);

const FORMS = {
  sayText: ['Text'],
  sayImage: ['Address of the picture', 'What it shows', 'Text with it'],
  sayLink: ['Before the links', 'What it leads to', 'Address'],
  showCard: ['Record', 'First line', 'Link at the end', 'Address of a picture'],
  askText: ['Question', 'The answer has to be', 'Keep the answer as', 'If the answer does not fit', 'Once it is answered', 'Value if skipped', 'Ask whether that value is right', 'Ask only if', 'SKIP is allowed if', 'Keep an earlier answer if', 'Other topics can be named here', 'Keep the answer secret'],
  askChoice: ['Question', 'What people read', 'Value', 'Keep the answer as'],
  askYesNo: ['Question', 'Keep the answer as'],
  askRecords: ['Question', 'Table', 'Column that people read', 'If there is no row', 'Several can be picked', 'Keep the answer as'],
  askPicture: ['Question', 'Keep the answer as', 'If the answer does not fit'],
  decide: ['Name', 'If'],
  set: ['Variable', 'Value'],
  lookUp: ['Table', 'Keep the row as'],
  saveRecord: ['Table', 'Row to change', 'Keep the row as'],
  request: ['Method', 'Address', 'Secret that goes along'],
  block: ['Block'],
  pause: ['Seconds'],
  transfer: ['What it is about', 'Skills the agent must have', 'Skills that are welcome'],
  jump: ['Topic', 'Come back afterwards'],
};
/** What adding a row of each list brings. */
const ROWS = {
  'Add a line': { showCard: ['Label', 'Column'], transfer: ['Name', 'Text'] },
  'Add a condition': ['Column', 'equals'],
  'Add a value': { saveRecord: ['Column', 'Value'], request: ['Place in the answer', 'Keep as'] },
  'Add a field': ['Name', 'Value'],
  'Add an input': ['Input', 'Value'],
  'Add an output': ['Output', 'Keep as'],
};

describe(`the forms of a topic on the ${isReal ? 'real' : 'fake'} backend`, () => {
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
  const step = (name) => id('topic-step').filter({ has: page.locator('header').getByText(name, { exact: true }) });
  const count = async (locator, wanted) => until(`there are ${wanted}`, async () => (await locator.count()) === wanted);
  const saved = () => until('it is saved', async () => (await id('topic-saving').textContent()) === 'Saved');

  before(async () => {
    browser = await launch();
    server = isReal ? await startDevserver() : await startDesign();
    page = await open(browser, isReal ? server.url : server.url('desk'), { viewport: { width: 1360, height: 820 } });
    await id('topics-open').click();
    await id('topics-page').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('has a form for every kind of step, each field with its name', async () => {
    await id('topics-new').click();
    await id('topic-blank-name').fill('Every kind');
    await id('topic-blank').click();
    await page.getByText('What is said first?').waitFor();
    const inside = id('topic-inspector');
    for (const [kind, labels] of Object.entries(FORMS)) {
      await page.locator(`[data-testid="topic-palette-item"][data-kind="${kind}"]`).click();
      await until(`${kind} is chosen`, async () => JSON.parse(await id('topic-node-text').inputValue()).kind === kind);
      const more = inside.locator('summary').filter({ hasText: 'More' });
      if ((await more.count()) > 0) await more.click();
      for (const label of labels) await inside.getByLabel(label, { exact: true }).or(inside.getByText(label, { exact: true })).first().waitFor();
      for (const [button, fields] of Object.entries(ROWS)) {
        const add = inside.getByRole('button', { name: button, exact: true });
        if ((await add.count()) === 0) continue;
        const before = await id('topic-row').count();
        await add.first().click();
        await count(id('topic-row'), before + 1);
        for (const label of Array.isArray(fields) ? fields : fields[kind]) await inside.getByLabel(label, { exact: true }).first().waitFor();
      }
      await picture(`topics-17-form-${kind}`);
      assert.deepEqual(await seriousViolations(page, '[data-testid="topic-inspector"]'), [], kind);
      await page.keyboard.press('Escape');
    }
    await saved();
  });

  it('allows a host where the address is written, and picks it afterwards', { skip: !isReal }, async () => {
    // Clear of the palette, which lies over the canvas.
    await id('topic-fit').click();
    await step('Ask another system').click();
    const address = id('topic-inspector').getByLabel('Address', { exact: true });
    await address.fill('https://shop.example.org/orders/{{ number }}');
    await id('topic-inspector').getByText('Topics may not ask shop.example.org yet.').waitFor();
    await picture('topics-18-host');
    assert.deepEqual(await seriousViolations(page), []);
    await id('topic-host-allow').click();
    await until('the host can be picked', async () => (await id('topic-host').inputValue()) === 'shop.example.org');
    await count(id('topic-host-allow'), 0);
    await picture('topics-19-host-allowed');
    await address.fill('https://');
    await id('topic-host').selectOption('shop.example.org');
    assert.equal(await address.inputValue(), 'https://shop.example.org');
    await saved();
  });

  it('complained about nothing', () => assert.deepEqual(page.complaints, []));
});
