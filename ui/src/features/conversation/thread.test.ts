import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeFeed } from '../../ipc';
import { FakeBackend } from '../../ipc/fake';
import { ThreadStore } from './thread.svelte';

const NOW = Date.UTC(2026, 5, 10, 15);

beforeEach(() => {
  vi.stubGlobal('document', { hasFocus: () => true });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function opened(name: string, around: number | null = null) {
  const backend = new FakeBackend('desk', { now: () => NOW, later: () => undefined });
  const conversation = [...backend.world.conversations.values()].find((it) => it.row.requester === name);
  if (!conversation) throw new Error(`no ${name}`);
  const feed = new ChangeFeed();
  await feed.start(backend);
  const thread = new ThreadStore(backend, conversation.row.id);
  thread.start(feed, around);
  await vi.waitFor(() => expect(thread.loaded).toBe(true));
  return { backend, conversation, thread };
}

describe('a thread of 5,000 texts', () => {
  it('opens at the unread mark with a page, not with everything', async () => {
    const { conversation, thread } = await opened('Oswin Park');
    expect(thread.messages.length).toBeLessThanOrEqual(60);
    expect(thread.divider).not.toBeNull();
    expect(thread.divider).toBeGreaterThan(conversation.readUpTo);
    expect(thread.hasOlder).toBe(true);
  });

  it('grows at the start and says so, for the list to keep its place', async () => {
    const { thread } = await opened('Oswin Park');
    const first = thread.messages[0]?.position ?? 0;
    await thread.loadOlder();
    expect(thread.atStart).toBe(true);
    expect(thread.messages[0]?.position).toBeLessThan(first);
    const positions = thread.messages.map((it) => it.position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it('opens around a text that was searched for, and goes on to newer ones', async () => {
    const { conversation, thread } = await opened('Oswin Park');
    const wanted = conversation.messages[1_000]?.position ?? 0;
    await thread.open({ kind: 'around', position: wanted });
    expect(thread.highlighted).toBe(wanted);
    expect(thread.messages.some((it) => it.position === wanted)).toBe(true);
    expect(thread.hasNewer).toBe(true);
    const before = thread.messages.length;
    await thread.loadNewer();
    expect(thread.messages.length).toBeGreaterThan(before);
    expect(thread.atStart).toBe(false);
  });

  it('lets go of what is far away', async () => {
    const { thread } = await opened('Oswin Park');
    for (let page = 0; page < 12; page += 1) await thread.loadOlder();
    thread.trim(false);
    expect(thread.messages.length).toBe(600);
    expect(thread.hasNewer).toBe(true);
  });
});

describe('an open thread', () => {
  it('asks again when its conversation changed', async () => {
    const { backend, conversation, thread } = await opened('Maya Okafor');
    await backend.call('practice_text', { from: conversation.row.requesterNumber, to: '+18335550100', body: 'One more', pictures: [] });
    await vi.waitFor(() => expect(thread.messages.at(-1)?.body).toBe('One more'));
  });

  it('marks as read what was seen, once, and keeps the divider', async () => {
    const { backend, conversation, thread } = await opened('Maya Okafor');
    const call = vi.spyOn(backend, 'call');
    const last = thread.messages.at(-1)!;
    await Promise.all([thread.markSeen(last), thread.markSeen(last)]);
    expect(call.mock.calls.filter(([name]) => name === 'mark_read')).toHaveLength(1);
    expect(conversation.row.unread).toBe(0);
    expect(thread.divider).not.toBeNull();
  });

  it('shows a refusal instead of texts', async () => {
    const backend = new FakeBackend('desk', { now: () => NOW });
    const feed = new ChangeFeed();
    const thread = new ThreadStore(backend, 999_999);
    thread.start(feed, null);
    await vi.waitFor(() => expect(thread.error?.code).toBe('notFound'));
  });
});
