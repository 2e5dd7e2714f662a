import { describe, expect, it } from 'vitest';
import { ChangeFeed } from '../../ipc';
import { FakeBackend } from '../../ipc/fake';
import { InboxStore } from './inbox.svelte';

const NOW = Date.UTC(2026, 5, 10, 15);

async function started() {
  const backend = new FakeBackend('practice', { now: () => NOW, later: () => undefined });
  const feed = new ChangeFeed();
  await feed.start(backend);
  const inbox = new InboxStore(backend);
  inbox.start(feed);
  await inbox.refresh();
  return { backend, inbox };
}

const text = (from: string) => ({ from, to: '+18335550100', body: 'Hello again', pictures: [] });

describe('the inbox', () => {
  it('shows a list, newest first, and pages on without repeating a row', async () => {
    const { inbox } = await started();
    await inbox.show('done');
    const first = inbox.rows.length;
    await inbox.loadMore();
    expect(inbox.rows.length).toBeGreaterThan(first);
    expect(new Set(inbox.rows.map((row) => row.id)).size).toBe(inbox.rows.length);
    expect(inbox.rows.every((row, index) => index === 0 || row.lastAt <= (inbox.rows[index - 1]?.lastAt ?? 0))).toBe(true);
  });

  it('does not jump while it is held, and catches up when it is let go', async () => {
    const { backend, inbox } = await started();
    const before = inbox.rows.map((row) => row.id);
    const last = inbox.rows[inbox.rows.length - 1];
    inbox.hold(true);
    await backend.call('practice_add_handset', { name: 'Wren' });
    await backend.call('practice_text', text(last?.requesterNumber ?? ''));
    await inbox.refresh();
    expect(inbox.rows.map((row) => row.id)).toEqual(before);
    expect(inbox.waiting).toBe(1);
    inbox.hold(false);
    expect(inbox.rows[0]?.id).toBe(last?.id);
    expect(inbox.waiting).toBe(0);
  });

  it('counts unread conversations of all lists with every page', async () => {
    const { inbox } = await started();
    expect(inbox.counts.newUnread).toBeGreaterThan(0);
    expect(inbox.counts.ongoing).toBeGreaterThan(0);
  });

  it('says why a list could not be shown', async () => {
    const { backend, inbox } = await started();
    backend.call = () => Promise.reject(new Error('gone'));
    await inbox.refresh();
    expect(inbox.error?.code).toBe('internal');
  });
});
