// Chromium as the suites need it: headless, quiet, and every complaint of the page collected.
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const CANDIDATES = [process.env.TERN_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launch() {
  const executablePath = CANDIDATES.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('No Chromium found: install the package `chromium`, or name one in TERN_CHROMIUM.');
  return chromium.launch({ executablePath, args: ARGS });
}

/** A page of 1280 × 800 whose console errors and refused resources are kept in `page.complaints`. */
export async function open(browser, url, { colorScheme = 'light', viewport = { width: 1280, height: 800 }, reducedMotion = 'reduce' } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion });
  // As the product's web view does.
  await context.addInitScript(() => Object.freeze(Object.prototype));
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(error.message));
  await page.goto(url);
  return page;
}

export const byId = (page, id) => page.locator(`[data-testid="${id}"]`);

/**
 * Chooses a radio button as a hand does: by the label that is drawn, once it rests. The button itself is a
 * hidden pixel, which a dialog that still grows into place makes too small to be hit.
 */
export async function choose(radio) {
  await radio.locator('xpath=ancestor::label').click();
  await until('it is chosen', () => radio.isChecked());
}

/** Waits until what has just changed is painted in its last colours: axe reads them, and pictures show them. */
export async function painted(page) {
  await page.evaluate(async () => {
    // Without anything to draw a headless browser may give no frame at all; under load one takes its time.
    const orLate = (done) => Promise.race([done, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    for (let frame = 0; frame < 2; frame += 1) await orLate(new Promise(requestAnimationFrame));
    // One that ends may start the next: until none is left.
    const ending = () => document.getAnimations().filter((it) => it.playState === 'running' && it.effect?.getComputedTiming().endTime !== Infinity);
    const settle = async () => {
      for (let left = ending(); left.length > 0; left = ending()) await Promise.all(left.map((it) => it.finished.catch(() => undefined)));
    };
    await orLate(settle());
  });
}

/** Violations that axe calls serious or critical, in a form that says where; of the whole page, or of what a selector names. */
export async function seriousViolations(page, within = 'html') {
  await painted(page);
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  return violations
    .filter((it) => it.impact === 'serious' || it.impact === 'critical')
    .map((it) => `${it.id}: ${it.help} (${it.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join(' | ')})`);
}

/** Waits until the check answers true; a state with a deadline, never a sleep. */
export async function until(what, check, deadline = 15_000) {
  const end = Date.now() + deadline;
  for (;;) {
    if (await check()) return;
    if (Date.now() > end) throw new Error(`timed out waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
