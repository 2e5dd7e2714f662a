// Pictures for the documentation, from the fake backend at a fixed moment: `npm run screenshots`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byId, launch } from './support/browser.mjs';
import { startDesign, UI } from './support/servers.mjs';

const FOLDER = join(UI, '..', 'docs', 'screenshots');
const MOMENT = new Date('2026-06-10T14:32:00');

const SHOTS = {
  'first-run': { scene: 'first-run', prepare: (page) => byId(page, 'first-run-connect').waitFor() },
  inbox: {
    scene: 'practice',
    async prepare(page) {
      await byId(page, 'conversation-row').first().waitFor();
      await byId(page, 'list-tab-ongoing').click();
      await byId(page, 'conversation-row').filter({ hasText: 'Priya Raman' }).click();
      await byId(page, 'uncertain-card').waitFor({ state: 'visible' });
      await byId(page, 'handset-text').last().waitFor();
    },
  },
  thread: {
    scene: 'desk',
    async prepare(page) {
      await byId(page, 'list-tab-ongoing').click();
      await byId(page, 'conversation-row').filter({ hasText: 'Maya Okafor' }).click();
      await byId(page, 'unread-divider').waitFor({ state: 'visible' });
      await byId(page, 'composer-input').fill("Yes: it leaves today and is with you on Friday. I've put new screws in, too.");
      await byId(page, 'segment-counter').filter({ hasText: 'GSM-7' }).waitFor();
      await byId(page, 'unread-badge').nth(1).waitFor();
    },
  },
  settings: {
    scene: 'desk',
    async prepare(page) {
      await byId(page, 'conversation-row').first().waitFor();
      await byId(page, 'settings-open').click();
      await byId(page, 'settings').getByText('Check the set-up').click();
      await byId(page, 'settings').getByText('The API key works').waitFor();
    },
  },
};

const [browser, design] = await Promise.all([launch(), startDesign()]);
await mkdir(FOLDER, { recursive: true });
try {
  for (const [name, { scene, prepare }] of Object.entries(SHOTS)) {
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme, reducedMotion: 'reduce', locale: 'en-US' });
      const page = await context.newPage();
      await page.clock.setFixedTime(MOMENT);
      await page.goto(design.url(scene));
      await prepare(page);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
      await context.close();
    }
  }
} finally {
  await browser.close();
  await design.stop();
}
