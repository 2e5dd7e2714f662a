// The window on the fake backend, under the product's content security policy: what it looks like to
// assistive technology, that it does not jump, and that it needs nothing the policy refuses.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { byId, launch, open, seriousViolations, until } from './support/browser.mjs';
import { startDesign } from './support/servers.mjs';

let browser;
let design;

before(async () => {
  [browser, design] = await Promise.all([launch(), startDesign()]);
});
after(async () => {
  await browser?.close();
  await design?.stop();
});

/** Opens the first conversation of Ongoing whose row has the name. */
async function openConversation(page, name) {
  await byId(page, 'list-tab-ongoing').click();
  await byId(page, 'conversation-row').filter({ hasText: name }).first().click();
  await byId(page, 'composer-input').waitFor();
  await byId(page, 'message-bubble').first().waitFor({ state: 'visible' });
}

async function withPage(scene, options, use) {
  const page = await open(browser, design.url(scene), options);
  try {
    await use(page);
    assert.deepEqual(page.complaints, [], 'the page complained');
  } finally {
    await page.context().close();
  }
}

const SCREENS = {
  'first run': ['first-run', (page) => byId(page, 'first-run-connect').waitFor()],
  'connect Twilio': [
    'first-run-no-keychain',
    async (page) => {
      await byId(page, 'first-run-connect').click();
      await page.getByLabel('Account SID').fill(`AC${'0'.repeat(32)}`);
      await page.getByLabel('API key SID').fill(`SK${'0'.repeat(32)}`);
      await page.getByLabel('API key secret').fill('secret');
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByText('Ready to connect').waitFor();
    },
  ],
  locked: ['locked', (page) => byId(page, 'locked').waitFor()],
  'the way back by the recovery code': [
    'locked',
    async (page) => {
      await byId(page, 'recovery-open').click();
      await byId(page, 'recovery-form').waitFor();
    },
  ],
  'replacing the key': ['rotating', (page) => byId(page, 'rotating').waitFor()],
  blocked: ['damaged', (page) => byId(page, 'blocked').waitFor()],
  inbox: ['desk', (page) => byId(page, 'conversation-row').first().waitFor()],
  thread: ['desk', (page) => openConversation(page, 'Maya Okafor')],
  'a thread with an uncertain send': ['desk', (page) => openConversation(page, 'Priya Raman')],
  'practice with handset': ['practice', (page) => openConversation(page, 'Maya Okafor')],
  offline: ['offline', (page) => openConversation(page, 'Tomás Herrera')],
  settings: [
    'desk',
    async (page) => {
      await byId(page, 'settings-open').click();
      await byId(page, 'settings-tab-account').click();
      await byId(page, 'settings').getByText('Logs in with').waitFor();
    },
  ],
  'what runs and what came of it': [
    'jobs',
    async (page) => {
      await byId(page, 'job-tray').filter({ hasText: 'Exporting' }).click();
      await byId(page, 'job-panel').getByText('The disk is full').waitFor();
    },
  ],
  'quitting while a job runs': [
    'jobs',
    async (page) => {
      await byId(page, 'job-tray').filter({ hasText: 'Exporting' }).waitFor();
      await page.keyboard.press('Control+q');
      await byId(page, 'quit-dialog').getByText('no file is left').waitFor();
      // Enter keeps it running.
      assert.equal(await byId(page, 'quit-wait').evaluate((button) => button === document.activeElement), true);
    },
  ],
  palette: [
    'desk',
    async (page) => {
      await byId(page, 'conversation-row').first().waitFor();
      await page.keyboard.press('Control+k');
      await byId(page, 'palette').getByText('Write a text').or(byId(page, 'palette').getByText('Show New')).first().waitFor();
    },
  ],
  search: [
    'desk',
    async (page) => {
      await byId(page, 'search-open').click();
      await byId(page, 'search-input').fill('bench');
      await byId(page, 'search-hit').first().waitFor();
    },
  ],
};

/** Screens that are looked at in the dark, too; between them they use every colour. */
const IN_DARK = new Set(['first run', 'connect Twilio', 'inbox', 'thread', 'a thread with an uncertain send', 'practice with handset', 'settings', 'palette', 'what runs and what came of it', 'quitting while a job runs']);

describe('axe finds nothing serious', () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const [name, [scene, prepare]] of Object.entries(SCREENS)) {
      if (colorScheme === 'dark' && !IN_DARK.has(name)) continue;
      it(`${name}, ${colorScheme}`, () =>
        withPage(scene, { colorScheme }, async (page) => {
          await prepare(page);
          assert.deepEqual(await seriousViolations(page), []);
        }));
    }
  }
});

describe('the inbox', () => {
  it('does not move under the pointer, and offers what is new', () =>
    withPage('practice', {}, async (page) => {
      const rows = byId(page, 'conversation-row');
      await rows.first().waitFor();
      const names = () => rows.locator('.name').allTextContents();
      const beforehand = await names();
      await rows.nth(2).hover();
      // The pointer stays over the list: a new phone is added and used by keyboard alone.
      await page.getByRole('button', { name: 'Add a phone' }).press('Enter');
      await page.getByPlaceholder('Whose phone?').fill('Wren');
      await page.keyboard.press('Enter');
      await page.getByText('Write as if you were Wren').waitFor();
      await byId(page, 'handset-input').fill('News from somewhere');
      await byId(page, 'handset-input').press('Enter');
      await byId(page, 'held-rows-pill').filter({ hasText: '1 new' }).waitFor();
      assert.deepEqual((await names()).slice(0, 5), beforehand.slice(0, 5));
      await byId(page, 'held-rows-pill').click();
      await rows.first().filter({ hasText: 'News from somewhere' }).waitFor();
    }));

  it('is walked with the arrow keys and opened with Enter', () =>
    withPage('desk', {}, async (page) => {
      const rows = byId(page, 'conversation-row');
      await rows.first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      const name = await rows.nth(1).locator('.name').textContent();
      await page.keyboard.press('Enter');
      await page.locator('main h1', { hasText: name }).waitFor();
    }));
});

describe('the tray of jobs', () => {
  it('is worked by keyboard: a job is stopped, its result said and put away', () =>
    withPage('jobs', {}, async (page) => {
      const items = byId(page, 'job-item');
      await byId(page, 'job-tray').focus();
      await page.keyboard.press('Enter');
      await items.first().waitFor();
      assert.match(await items.first().textContent(), /412,000 of 1,000,000, about 2 minutes left/);
      await byId(page, 'job-cancel').press('Enter');
      await items.first().getByText('Stopped. Nothing was left behind.').waitFor();
      await page.getByRole('status').filter({ hasText: 'Export stopped. Export: Maya Lindqvist.' }).waitFor({ state: 'attached' });
      assert.equal(await items.count(), 3);
      for (let left = 2; left >= 0; left -= 1) {
        await byId(page, 'job-dismiss').first().press('Enter');
        await until('it is put away', async () => (await items.count()) === left);
      }
      await byId(page, 'job-tray').waitFor({ state: 'detached' });
    }));
});

describe('a thread', () => {
  it('of 5,000 texts mounts few of them and keeps its place while older ones load', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Oswin Park');
      const thread = byId(page, 'thread');
      const bubbles = byId(page, 'message-bubble');
      await byId(page, 'unread-divider').waitFor({ state: 'visible' });
      assert.ok((await bubbles.count()) < 60, 'only what is near the view is mounted');
      // Scrolls up step by step; what was at the top may not jump by more than a step.
      for (let step = 0; step < 25; step += 1) {
        const beforehand = await topMost(page);
        await thread.evaluate((element) => element.scrollBy(0, -120));
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
        const moved = await offsetOf(page, beforehand.id);
        if (moved !== null) assert.ok(Math.abs(moved - beforehand.top - 120) < 40, `jumped by ${moved - beforehand.top - 120}`);
      }
      assert.ok((await bubbles.count()) < 60);
    }));

  it('asks what became of an uncertain send, and obeys', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Priya Raman');
      await byId(page, 'uncertain-card').getByRole('button', { name: 'It was sent' }).click();
      await byId(page, 'uncertain-card').waitFor({ state: 'detached' });
      await byId(page, 'delivery-words').filter({ hasText: 'Sent' }).waitFor();
    }));

  it('says why a text failed and sends it again', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Tomás Herrera');
      await page.getByText('The phone could not be reached.').waitFor();
      await page.getByRole('button', { name: 'Send again' }).click();
      await byId(page, 'delivery-words').filter({ hasText: /Leaves in|Delivered|Sending|Sent/ }).last().waitFor();
    }));

  it('shows an address as words and only offers to copy it', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Priya Raman');
      assert.equal(await byId(page, 'thread').locator('a').count(), 0);
      await page.getByRole('button', { name: 'www.example.org/care/oak' }).click();
      await page.getByRole('dialog').getByText('Tern does not open addresses').waitFor();
    }));
});

describe('the composer', () => {
  it('counts, names the costly character and replaces it', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Maya Okafor');
      await byId(page, 'composer-input').fill('I’ll call');
      await byId(page, 'segment-counter').filter({ hasText: '9 / 70 · 1 part · UCS-2' }).waitFor();
      await page.getByRole('button', { name: /^Use/ }).click();
      await byId(page, 'segment-counter').filter({ hasText: '9 / 160 · 1 part · GSM-7' }).waitFor();
    }));

  it('holds a text and calls it back into the draft', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Maya Okafor');
      await byId(page, 'composer-input').fill('Too early');
      await byId(page, 'composer-input').press('Enter');
      // As long as a finger rests on it: what moves meanwhile must not take the click away.
      await page.getByRole('button', { name: 'Undo' }).click({ delay: 150 });
      await until('the text is back', async () => (await byId(page, 'composer-input').inputValue()) === 'Too early');
    }));

  it('keeps a draft per conversation', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Maya Okafor');
      await byId(page, 'composer-input').fill('Unfinished');
      await openConversation(page, 'Priya Raman');
      await until('the other one is empty', async () => (await byId(page, 'composer-input').inputValue()) === '');
      await openConversation(page, 'Maya Okafor');
      await until('the draft is back', async () => (await byId(page, 'composer-input').inputValue()) === 'Unfinished');
    }));

  it('refuses what is no picture, in words, and shows what is one', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Maya Okafor');
      const file = (name, mimeType) => ({ name, mimeType, buffer: Buffer.from('x') });
      await byId(page, 'composer-attach-input').setInputFiles(file('plan.svg', 'image/svg+xml'));
      await page.getByText('plan.svg is not a picture that phones show.').waitFor();
      await byId(page, 'composer-attach-input').setInputFiles(file('leg.png', 'image/png'));
      await byId(page, 'attach-thumb').waitFor();
      await page.getByRole('button', { name: 'Remove picture' }).click();
      await byId(page, 'attach-thumb').waitFor({ state: 'detached' });
    }));

  it('says why nothing can be sent to somebody who opted out', () =>
    withPage('desk', {}, async (page) => {
      await byId(page, 'list-tab-ongoing').click();
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Victor');
      await byId(page, 'palette').getByText('Victor Lind').click();
      await page.getByText('the carrier lets nothing through').waitFor();
      assert.equal(await byId(page, 'composer-input').count(), 0);
    }));
});

describe('the desk', () => {
  it('finishes a conversation with a way back', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Maya Okafor');
      await byId(page, 'act-finish').click();
      await byId(page, 'toast').getByRole('button', { name: 'Undo' }).click();
      await page.locator('main h1', { hasText: 'Maya Okafor' }).waitFor();
    }));

  it('opens a search hit where it stands and draws attention to it', () =>
    withPage('desk', {}, async (page) => {
      await byId(page, 'conversation-row').first().waitFor();
      await page.keyboard.press('Control+Shift+f');
      await byId(page, 'search-input').fill('screw');
      await byId(page, 'search-hit').filter({ hasText: 'screw' }).nth(1).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('.highlighted').waitFor({ state: 'visible' });
    }));

  it('keeps the focus inside a dialog and gives it back', () =>
    withPage('desk', {}, async (page) => {
      await byId(page, 'settings-open').focus();
      await page.keyboard.press('Enter');
      await byId(page, 'settings').waitFor();
      for (let step = 0; step < 30; step += 1) await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null));
      await page.keyboard.press('Escape');
      await byId(page, 'settings').waitFor({ state: 'detached' });
      await until('the focus is back', () => page.evaluate(() => document.activeElement?.getAttribute('data-testid') === 'settings-open'));
    }));

  it('keeps the name readable beside the details, and has in the menu what gave way', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Maya Okafor');
      const details = page.getByRole('button', { name: 'Details', exact: true });
      if ((await details.getAttribute('aria-pressed')) !== 'true') await details.click();
      const name = page.locator('main h1', { hasText: 'Maya Okafor' });
      await byId(page, 'day-jump-open').waitFor({ state: 'detached' });
      assert.ok(await name.evaluate((it) => it.scrollWidth <= it.clientWidth), 'the whole name is seen');
      await byId(page, 'conversation-menu').click();
      await page.getByRole('menuitem', { name: 'Find in this conversation' }).click();
      const field = page.getByRole('searchbox', { name: 'Find in this conversation' }).or(page.getByRole('textbox', { name: 'Find in this conversation' }));
      await until('one can type', () => field.evaluate((it) => it === document.activeElement));
      await page.keyboard.press('Escape');
      await details.click();
      await byId(page, 'day-jump-open').waitFor();
    }));

  it('finds and notes where one types, whatever had the cursor', () =>
    withPage('desk', {}, async (page) => {
      await openConversation(page, 'Maya Okafor');
      const types = (id) => until(`the cursor is in ${id}`, () => page.evaluate((it) => document.activeElement?.getAttribute('data-testid') === it, id));
      await byId(page, 'composer-input').focus();
      await page.keyboard.press('Control+f');
      await types('find-input');
      await page.keyboard.press('Escape');
      await types('composer-input');
      await byId(page, 'note-toggle').click();
      await types('note-input');
      await page.keyboard.press('Escape');
      await types('composer-input');
    }));

  it('fits a window of 900 by 600 without scrolling sideways', () =>
    withPage('practice', { viewport: { width: 900, height: 600 } }, async (page) => {
      await openConversation(page, 'Maya Okafor');
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      const box = await byId(page, 'handset-send').boundingBox();
      assert.ok(box && box.x + box.width <= 900 && box.y + box.height <= 600, 'the handset can be used');
    }));
});

async function topMost(page) {
  return byId(page, 'thread').evaluate((thread) => {
    const edge = thread.getBoundingClientRect().top;
    const bubble = [...thread.querySelectorAll('[data-message]')].find((it) => it.getBoundingClientRect().top >= edge);
    return { id: bubble.dataset.message, top: bubble.getBoundingClientRect().top };
  });
}

async function offsetOf(page, id) {
  return byId(page, 'thread').evaluate((thread, wanted) => thread.querySelector(`[data-message="${wanted}"]`)?.getBoundingClientRect().top ?? null, id);
}
