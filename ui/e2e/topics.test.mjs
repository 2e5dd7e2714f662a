// Topics of the virtual agent and their designer: drawn with the mouse and with the keyboard alone, linted, copied, undone,
// published, compared, rolled back. On the fake backend, or with TERN_DEVSERVER_BIN on the real one; TERN_PICTURES names a folder
// for pictures of what was seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, seriousViolations, until } from './support/browser.mjs';
import { startDesign, startDevserver } from './support/servers.mjs';

const isReal = Boolean(process.env.TERN_DEVSERVER_BIN);

describe(`topics on the ${isReal ? 'real' : 'fake'} backend`, () => {
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
  const edges = async (wanted) => count(page.locator('.svelte-flow__edge'), wanted);
  const way = (from, label) => step(from).getByLabel(`${label} from ${from}`, { exact: true });
  /** Where it stands once it has stopped moving. */
  const place = async (locator) => {
    let last = null;
    await until('it stands still', async () => {
      const before = JSON.stringify(last);
      await painted(page);
      last = await locator.boundingBox();
      return last !== null && JSON.stringify(last) === before;
    });
    return last;
  };
  const drag = async (from, to) => {
    const [a, b] = [await place(from), await place(to)];
    await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
    await page.mouse.down();
    await page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2, { steps: 6 });
    await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 6 });
    await page.mouse.up();
  };
  /** Drags a step from the palette to a point of the canvas, given in hundredths of it. */
  const dragIn = async (kind, right, down) => {
    const item = page.locator(`[data-testid="topic-palette-item"][data-kind="${kind}"]`);
    await item.scrollIntoViewIfNeeded();
    const [from, canvas] = [await place(item), await place(id('topic-canvas'))];
    await page.mouse.move(from.x + 30, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(canvas.x + canvas.width * 0.5, canvas.y + canvas.height * 0.5, { steps: 5 });
    await page.mouse.move(canvas.x + (canvas.width * right) / 100, canvas.y + (canvas.height * down) / 100, { steps: 5 });
    await page.mouse.up();
  };
  const goesTo = async (label, name) => id('topic-inspector').getByLabel(label, { exact: true }).selectOption({ label: name });
  const stepHasKeyboard = () => until('a step has the keyboard', () => page.evaluate(() => document.activeElement?.classList.contains('svelte-flow__node') && document.activeElement.classList.contains('selected')));
  const fieldHasKeyboard = () => until('a field has the keyboard', () => page.evaluate(() => document.activeElement?.closest('[data-testid="topic-inspector"]') !== null));
  const typeInside = async (words) => {
    await stepHasKeyboard();
    await page.keyboard.press('Enter');
    await fieldHasKeyboard();
    await page.keyboard.type(words);
    await page.keyboard.press('Escape');
    await stepHasKeyboard();
  };
  const pickByKeys = async (words) => {
    await page.keyboard.press('n');
    await id('topic-picker').waitFor();
    await page.keyboard.type(words);
    await page.keyboard.press('Enter');
    await id('topic-picker').waitFor({ state: 'detached' });
  };

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

  it('lists the parts of every conversation, says that the virtual agent is off, and switches it on', async () => {
    await id('topics-row').filter({ hasText: 'Greeting' }).waitFor();
    await page.getByText('The virtual agent is off.').waitFor();
    await picture('topics-1-list-off');
    assert.deepEqual(await seriousViolations(page), []);
    await id('topics-switch').click();
    await page.getByText('The virtual agent is on.').waitFor();
    await id('topics-switch').click();
    await page.getByText('The virtual agent is off.').waitFor();
  });

  it('leads somebody without topics to the six that are ready, before the parts of every conversation', async () => {
    await id('topics-first').getByText('Answer the questions that come every day').waitFor();
    await count(id('topics-ready'), 6);
    const [ready, part] = [await id('topics-ready').last().boundingBox(), await id('topics-row').first().boundingBox()];
    assert.ok(ready.y + ready.height < part.y);
    // What searches hides the welcome, and not what is searched for.
    await id('topics-search').fill('greeting');
    await count(id('topics-first'), 0);
    await count(id('topics-row'), 1);
    await id('topics-search').fill('');
    await id('topics-first').waitFor();
  });

  it('offers six topics that are ready, and opens one laid out', async () => {
    await id('topics-new').click();
    await count(id('topic-ready'), 6);
    await picture('topics-2-new');
    assert.deepEqual(await seriousViolations(page), []);
    await id('topic-ready').filter({ hasText: 'Order status' }).click();
    await step('Ask for the number').waitFor();
    await count(id('topic-step'), 7);
    await edges(7);
    await picture('topics-3-ready');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('edits a text with its count of parts, and keeps it', async () => {
    await step('Ask for the number').click();
    const text = id('topic-inspector').getByLabel('Question', { exact: true });
    await text.fill('What is your order number?');
    await id('topic-inspector').getByText('26 characters · 1 part').waitFor();
    await step('Ask for the number').getByText('What is your order number?').waitFor();
    await saved();
    await picture('topics-4-inspector');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('finds a step by its words and brings it to the middle', async () => {
    await page.keyboard.press('Control+f');
    await page.keyboard.type('receipt at hand');
    await page.getByRole('listbox', { name: 'Steps found' }).getByText('Nobody there').waitFor();
    await page.keyboard.press('Enter');
    await id('topic-inspector').getByLabel('Name of the step').waitFor();
    assert.equal(await id('topic-step-name').inputValue(), 'Nobody there');
    await until('the step is in the middle', async () => {
      const [at, canvas] = [await step('Nobody there').boundingBox(), await id('topic-canvas').boundingBox()];
      return Math.abs(at.x + at.width / 2 - canvas.x - (204 + canvas.width) / 2) < 4;
    });
  });

  it('copies steps into another topic, with ids of their own', async () => {
    await id('topic-canvas').press('Control+a');
    await page.keyboard.press('Control+c');
    await id('topic-back').click();
    await id('topics-new').click();
    await id('topic-blank-name').fill('Bike check');
    await id('topic-blank').click();
    await page.getByText('What is said first?').waitFor();
    await picture('topics-5-empty');
    await id('topic-canvas').focus();
    await page.keyboard.press('Control+v');
    await count(id('topic-step'), 7);
    await page.keyboard.press('Control+v');
    await count(id('topic-step'), 14);
    await page.keyboard.press('Control+z');
    await count(id('topic-step'), 7);
    await page.keyboard.press('Control+z');
    await count(id('topic-step'), 0);
  });

  it('draws a topic with the mouse', async () => {
    await dragIn('sayText', 32, 22);
    await count(id('topic-step'), 1);
    await id('topic-step-name').fill('Welcome');
    await id('topic-inspector').getByLabel('Text', { exact: true }).fill('Welcome to the bike check.');
    await dragIn('askChoice', 68, 22);
    await id('topic-step-name').fill('Which bike');
    await id('topic-inspector').getByLabel('Question', { exact: true }).fill('Which bike is it?');
    await dragIn('sayText', 68, 70);
    await id('topic-step-name').fill('Book a slot');
    await id('topic-inspector').getByLabel('Text', { exact: true }).fill('Come by on Saturday.');
    await count(id('topic-step'), 3);
    await id('topic-fit').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await drag(way('Welcome', 'Next'), step('Which bike').getByLabel('Into Which bike'));
    await edges(1);
    await drag(way('Which bike', 'First'), step('Book a slot').getByLabel('Into Book a slot'));
    await edges(2);
    // Between two steps: the plus of a way.
    await page.locator('[data-way="' + (await page.locator('.svelte-flow__edge').first().getAttribute('data-id')) + '"]').click({ force: true });
    await page.locator('[data-testid="topic-picker-item"][data-kind="pause"]').click();
    await count(id('topic-step'), 4);
    await edges(3);
    await id('topic-tidy').click();
    await saved();
    await picture('topics-6-drawn');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('undoes and redoes every step of it in one history', async () => {
    await id('topic-undo').click();
    await id('topic-undo').click();
    await edges(2);
    await count(id('topic-step'), 3);
    await id('topic-redo').click();
    await edges(3);
    await id('topic-redo').click();
    await count(id('topic-step'), 4);
  });

  it('lint says what is wrong, why, and how to mend it; a click leads there', async () => {
    await step('Which bike').click();
    await id('topic-row').first().getByLabel('What people read').fill('Stop');
    await until('an error is counted', async () => /^[1-9]/.test(await id('topic-findings').textContent()));
    await step('Welcome').click();
    await id('topic-findings').click();
    await id('topic-finding').filter({ hasText: 'Use other words' }).click();
    assert.equal(await id('topic-step-name').inputValue(), 'Which bike');
    await picture('topics-7-findings');
    assert.deepEqual(await seriousViolations(page), []);
    await id('topic-publish').click();
    await id('topic-publish-dialog').getByText('to be mended first').waitFor();
    await id('topic-publish-dialog').getByText('Not now').click();
    await id('topic-row').first().getByLabel('What people read').fill('Road bike');
    await until('no error is left', async () => (await id('topic-findings').textContent()).trim().startsWith('0'));
    await id('topic-findings').click();
  });

  it('publishes, shows what changed since, and goes back', async () => {
    await id('topic-publish').click();
    await id('topic-publish-note').fill('The first one');
    await picture('topics-8-publish');
    await id('topic-publish-confirm').click();
    await until('it is published', async () => (await id('topic-state').textContent()) === 'Published v1');
    await step('Welcome').click();
    await id('topic-inspector').getByLabel('Text', { exact: true }).fill('Hello at the bike check.');
    await until('it has changed since', async () => (await id('topic-state').textContent()) === 'Changed since v1');
    await id('topic-tab-versions').click();
    await id('topic-version').filter({ hasText: 'The first one' }).waitFor();
    await id('topic-compare').click();
    await id('topic-change').filter({ hasText: 'Hello at the bike check.' }).waitFor();
    await picture('topics-9-versions');
    assert.deepEqual(await seriousViolations(page), []);
    await id('topic-roll-back').click();
    await id('topic-roll-back').click();
    await until('it is version 2', async () => (await id('topic-state').textContent()) === 'Published v2');
    await step('Welcome').getByText('Welcome to the bike check.').waitFor();
    await id('topic-tab-inspector').click();
  });

  it('takes a published topic back, and publishes it again', async () => {
    await id('topic-tab-versions').click();
    await id('topic-unpublish').click();
    await page.getByText('is not offered any more. Conversations that run go on with it.').waitFor();
    await until('it is a draft', async () => (await id('topic-state').textContent()) === 'Draft');
    await picture('topics-14-unpublished');
    assert.deepEqual(await seriousViolations(page), []);
    await id('topic-publish').click();
    await id('topic-publish-confirm').click();
    await until('it is published again', async () => (await id('topic-state').textContent()).startsWith('Published v'));
    await id('topic-tab-inspector').click();
  });

  it('chooses all in a box that is drawn around them', async () => {
    await id('topic-fit').click();
    await page.keyboard.press('Escape');
    const [first, last] = [await place(step('Welcome')), await place(step('Book a slot'))];
    await page.keyboard.down('Shift');
    await page.mouse.move(Math.min(first.x, last.x) - 18, Math.min(first.y, last.y) - 40);
    await page.mouse.down();
    await page.mouse.move((first.x + last.x) / 2, (first.y + last.y) / 2, { steps: 5 });
    await page.mouse.move(last.x + last.width + 18, Math.max(first.y + first.height, last.y + last.height) + 40, { steps: 8 });
    await picture('topics-15-box');
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await id('topic-inspector').getByText('4 steps').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    // What is chosen moves together, and a click beside it lets it go.
    const before = await place(step('Welcome'));
    await page.keyboard.press('Alt+ArrowDown');
    await until('it has moved', async () => (await step('Welcome').boundingBox()).y > before.y);
    await id('topic-undo').click();
    await page.keyboard.press('Escape');
    await count(page.locator('.svelte-flow__node.selected'), 0);
  });

  it('says that somebody saved a newer draft meanwhile, and keeps either', { skip: !isReal }, async () => {
    // Another window of the same account saves the same topic.
    const saveElsewhere = (words) =>
      page.evaluate(async (text) => {
        const call = async (name, body) => (await fetch(`/call/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? null) })).json();
        const { name } = (await call('list_topics')).topics.find((it) => it.displayName === 'Bike check');
        const view = await call('topic', { name });
        const file = JSON.parse(view.file);
        file.nodes.find((it) => it.name === 'Welcome').text = text;
        await call('save_topic', { file: JSON.stringify(file), baseRevision: view.revision, renamedFrom: null });
      }, words);
    const welcome = id('topic-inspector').getByLabel('Text', { exact: true });
    // Drawing the box has moved the canvas along.
    await id('topic-fit').click();
    await saved();
    await saveElsewhere('Theirs.');
    await step('Welcome').click();
    await welcome.fill('Mine.');
    await id('topic-conflict').getByText('meanwhile').waitFor();
    await picture('topics-16-conflict');
    assert.deepEqual(await seriousViolations(page), []);
    await id('topic-conflict').getByRole('button', { name: 'Take the other draft' }).click();
    await step('Welcome').getByText('Theirs.').waitFor();
    await id('topic-fit').click();
    await count(id('topic-conflict'), 0);
    await saveElsewhere('Theirs again.');
    await step('Welcome').click();
    await welcome.fill('Mine.');
    await id('topic-conflict').getByRole('button', { name: 'Keep mine' }).click();
    await saved();
    await count(id('topic-conflict'), 0);
    await step('Welcome').getByText('Mine.').waitFor();
    // The browser notes the two answers that were refusals.
    assert.equal(page.complaints.splice(0).every((it) => it.startsWith('Failed to load resource')), true);
  });

  it('draws a topic with the keyboard alone', async () => {
    await id('topic-back').click();
    await id('topics-new').focus();
    await page.keyboard.press('Enter');
    await id('topic-blank-name').waitFor();
    await page.keyboard.type('Lost and found');
    await page.keyboard.press('Enter');
    await id('topic-canvas').waitFor();
    await page.keyboard.press('n');
    await id('topic-picker').waitFor();
    await picture('topics-10-picker');
    await page.keyboard.type('words, a number');
    await page.keyboard.press('Enter');
    await count(id('topic-step'), 1);
    await typeInside('What have you lost?');
    await pickByKeys('yes or no');
    await count(id('topic-step'), 3);
    await edges(2);
    await typeInside('Shall we call you if it turns up?');
    await page.keyboard.press('ArrowRight');
    await until('the decision is chosen', async () => (await id('topic-step-name').inputValue()) === 'Yes?');
    await pickByKeys('hand over');
    await edges(3);
    await stepHasKeyboard();
    await page.keyboard.press('ArrowLeft');
    await until('the decision is chosen', async () => (await id('topic-step-name').inputValue()) === 'Yes?');
    await pickByKeys('says something');
    await edges(4);
    await typeInside('All right. Have a good day.');
    // From the inspector, a way is led elsewhere.
    await page.keyboard.press('Home');
    await until('the start is chosen', async () => (await id('topic-inspector').getByLabel('Question', { exact: true }).inputValue()) === 'What have you lost?');
    await page.keyboard.press('t');
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Control+d');
    await count(id('topic-step'), 6);
    await page.keyboard.press('Delete');
    await count(id('topic-step'), 5);
    await saved();
    assert.equal((await id('topic-findings').textContent()).trim().startsWith('0'), true);
    await picture('topics-11-by-keyboard');
    assert.deepEqual(await seriousViolations(page), []);
    // Tab leads out of the canvas, and nothing holds it back.
    await page.keyboard.press('Home');
    for (let presses = 0; presses < 12; presses += 1) await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.closest('.svelte-flow') === null), true);
  });

  it('goes elsewhere by the inspector, and back to the end', async () => {
    await step('Question').first().click();
    await goesTo('Next step', 'Hand over');
    await edges(4);
    await goesTo('Next step', 'The topic is done');
    await edges(3);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await edges(4);
  });

  it('keeps what it does not know, and reaches every field', async () => {
    await step('Hand over').click();
    await id('topic-inspector').getByText('Id and text of the file').click();
    const text = id('topic-node-text');
    const node = JSON.parse(await text.inputValue());
    await text.fill(JSON.stringify({ ...node, mood: 'kind' }, null, 2));
    await id('topic-step-name').fill('To a person');
    await saved();
    assert.equal(JSON.parse(await text.inputValue()).mood, 'kind');
    await text.fill('{');
    await id('topic-inspector').getByRole('status').first().waitFor();
  });

  it('works in a small window', async () => {
    await page.setViewportSize({ width: 1024, height: 700 });
    await id('topic-fit').click();
    await picture('topics-12-small');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.equal(overflow, false);
    await page.setViewportSize({ width: 1360, height: 820 });
  });

  it('deletes with a way back, duplicates, and takes a file', async () => {
    await id('topic-back').click();
    const row = (name) => page.locator('li').filter({ has: page.locator('[data-testid="topics-row"]').filter({ hasText: name }) });
    await count(id('topics-first'), 0);
    await picture('topics-13-list');
    await row('Bike check').getByRole('button', { name: 'More for Bike check' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await count(row('Bike check'), 0);
    await id('toast').getByRole('button', { name: 'Undo' }).click();
    await count(row('Bike check'), 1);
    const file = { format: 1, name: 'parking', displayName: 'Parking', start: 'say', nodes: [{ id: 'say', kind: 'sayText', text: 'Behind the house.', colour: 'kept' }] };
    await id('topics-import-file').setInputFiles({ name: 'parking.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
    await id('topic-step').getByText('Behind the house.').waitFor();
    await id('topic-back').click();
    await row('Parking').waitFor();
    await id('topics-import-file').setInputFiles({ name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('{"format": 1,\n"name"') });
    await page.getByText('This file cannot be read. Line').waitFor();
  });

  it('complained about nothing', () => assert.deepEqual(page.complaints, []));
});
