// A topic of 1,000 steps on the canvas: opened, moved along, a step dragged, a text edited while lint looks on; and a start that
// does not pay for the designer. On the real app. Prints what it measured; the bounds are wide, since machines differ.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, painted, until } from './support/browser.mjs';
import { startDevserver } from './support/servers.mjs';

const STEPS = 1_000;
const PER_ROW = 40;

/** Questions and texts in rows, each leading to the next. */
const TOPIC = {
  format: 1,
  name: 'large',
  displayName: 'A large topic',
  start: 'n0',
  nodes: Array.from({ length: STEPS }, (_, index) => {
    const next = index + 1 < STEPS ? { next: `n${index + 1}` } : {};
    return index % 2 === 0
      ? { id: `n${index}`, name: `Question ${index}`, kind: 'askText', variable: 'answer', prompt: `And what about number ${index}?`, ...next }
      : { id: `n${index}`, name: `Text ${index}`, kind: 'sayText', text: `Thank you, number ${index} is noted.`, ...next };
  }),
  canvas: Object.fromEntries(Array.from({ length: STEPS }, (_, index) => [`n${index}`, { x: (index % PER_ROW) * 340, y: Math.floor(index / PER_ROW) * 220 }])),
};

describe('a topic of 1,000 steps', { skip: !process.env.TERN_DEVSERVER_BIN }, () => {
  let browser;
  let server;
  let page;
  const asked = [];

  const id = (name) => byId(page, name);
  const step = (node) => page.locator(`[data-testid="topic-step"][data-step="${node}"]`);
  const timed = async (what, most, work) => {
    const began = Date.now();
    await work();
    const took = Date.now() - began;
    console.log(`${what}: ${took} ms`);
    assert.ok(took <= most, `${what} took ${took} ms`);
  };
  /** The longest gap between two frames while something goes on, in milliseconds. */
  const watchFrames = () =>
    page.evaluate(() => {
      window.gaps = { last: performance.now(), all: [], on: true };
      const frame = (now) => {
        window.gaps.all.push(now - window.gaps.last);
        window.gaps.last = now;
        if (window.gaps.on) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
  const frames = async (what, most) => {
    const all = await page.evaluate(() => ((window.gaps.on = false), window.gaps.all.sort((a, b) => a - b)));
    const at = (share) => Math.round(all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0);
    console.log(`${what}: ${all.length} frames, median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`);
    assert.ok(at(0.5) <= most, `${what}: a frame takes ${at(0.5)} ms`);
  };

  before(async () => {
    [browser, server] = await Promise.all([launch(), startDevserver()]);
    page = await open(browser, server.url, { viewport: { width: 1360, height: 820 } });
    page.setDefaultTimeout(60_000);
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await page.getByText('Nothing new').waitFor();
    await page.evaluate(async (file) => {
      const body = JSON.stringify({ file, baseRevision: null, renamedFrom: null });
      await fetch('/call/save_topic', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    }, JSON.stringify(TOPIC));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('does not load the designer before a topic is opened', async () => {
    assert.deepEqual(asked.filter((it) => /DesignerView|\/topics-/.test(it)), []);
    await id('topics-open').click();
    await id('topics-row').filter({ hasText: 'A large topic' }).waitFor();
    assert.deepEqual(asked.filter((it) => it.includes('DesignerView')), []);
  });

  it('opens, and draws what is in sight', async () => {
    await timed('open', 60_000, async () => {
      await id('topics-row').filter({ hasText: 'A large topic' }).click();
      await step('n0').waitFor();
      await painted(page);
    });
    assert.ok(asked.some((it) => it.includes('DesignerView')));
    const drawn = await id('topic-step').count();
    console.log(`drawn: ${drawn} of ${STEPS} steps`);
    assert.ok(drawn < STEPS / 5, `${drawn} steps are drawn`);
  });

  it('moves along', async () => {
    await watchFrames();
    const canvas = await id('topic-canvas').boundingBox();
    await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2);
    for (let turn = 0; turn < 40; turn += 1) await page.mouse.wheel(60, 20);
    await until('other steps are in sight', async () => (await step('n0').count()) === 0);
    await frames('pan', 400);
  });

  it('drags a step', async () => {
    await page.keyboard.press('Home');
    await step('n0').waitFor();
    await id('topic-canvas').focus();
    await page.keyboard.press('Home');
    await painted(page);
    const from = await step('n0').boundingBox();
    await watchFrames();
    await page.mouse.move(from.x + 90, from.y + 16);
    await page.mouse.down();
    for (let turn = 1; turn <= 30; turn += 1) await page.mouse.move(from.x + 90 + turn * 3, from.y + 16 + turn * 4);
    await page.mouse.up();
    await frames('drag', 400);
    await timed('saved after the drag', 60_000, () => until('it is saved', async () => (await id('topic-saving').textContent()) === 'Saved', 60_000));
  });

  it('edits while lint looks on', async () => {
    await step('n0').click();
    const text = id('topic-inspector').getByLabel('Question', { exact: true });
    await text.focus();
    await watchFrames();
    await page.keyboard.type(' What is it about? {{ nothing_sets_this }}');
    await frames('typing', 400);
    await timed('lint after the last key', 60_000, () => id('topic-inspector').getByText('nothing_sets_this').first().waitFor());
  });

  it('shows all of it', async () => {
    await timed('show all', 60_000, async () => {
      await id('topic-fit').click();
      await painted(page);
    });
    console.log(`drawn then: ${await id('topic-step').count()} steps`);
  });
});
