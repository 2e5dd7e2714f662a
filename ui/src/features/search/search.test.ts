import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import type { SearchHit } from '../../ipc';
import { FakeBackend } from '../../ipc/fake';
import { FindStore } from './find.svelte';
import { groupHits } from './groups';
import { SearchStore } from './search.svelte';

const NOW = Date.UTC(2026, 5, 10, 15);

function started() {
  const backend = new FakeBackend('practice', { now: () => NOW, later: () => undefined });
  return { backend, store: new SearchStore(backend) };
}

const hit = (conversationId: number, position: number): SearchHit => ({
  conversationId,
  position,
  requester: `Requester ${conversationId}`,
  direction: 'inbound',
  byVirtualAgent: false,
  at: position,
  pictures: null,
  snippet: [],
});

describe('the search page', () => {
  it('finds while typing, newest first, and tells how many there are', async () => {
    const { store } = started();
    store.submit('the');
    await vi.waitFor(() => expect(store.count).not.toBeNull());
    expect(store.hits.length).toBe(50);
    expect(store.count?.counted).toBeGreaterThan(50);
    const positions = store.hits.map((it) => it.position);
    expect(positions).toEqual([...positions].sort((a, b) => b - a));
    await store.more();
    expect(store.hits.length).toBe(100);
    expect(new Set(store.hits.map((it) => it.position)).size).toBe(100);
  });

  it('shows operators as parts that can be taken away again', async () => {
    const { store } = started();
    store.submit('the from:customer has:elephants');
    await vi.waitFor(() => expect(store.parts.length).toBe(1));
    expect(store.hits.every((it) => it.direction === 'inbound')).toBe(true);
    expect(store.problems.length).toBe(1);
    store.submit(store.parts[0]?.without ?? '');
    await vi.waitFor(() => expect(store.parts.length).toBe(0));
  });

  it('goes on by itself where a page is short, and not for ever', async () => {
    const { backend, store } = started();
    const call = backend.call.bind(backend);
    let asked = 0;
    backend.call = (async (name: Parameters<typeof call>[0], ...rest: unknown[]) => {
      if (name !== 'search') return call(name as 'recent_searches', ...(rest as []));
      asked += 1;
      return { conversations: [], notes: [], isNotes: false, hasMoreNotes: false, hits: asked === 5 ? [hit(1, 7)] : [], next: 1000 - asked, parts: [], problems: [], stopped: false };
    }) as typeof backend.call;
    store.submit('rare state:done');
    await vi.waitFor(() => expect(store.busy).toBe(false));
    expect(store.hits.length).toBe(1);
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(60);
    expect(store.next).not.toBeNull();
  });

  it('keeps saved searches among the saved views, and leaves those as they are', async () => {
    const { backend, store } = started();
    const view = { id: 'v', name: 'Pinned', condition: 'pinned', sort: 'newest', scope: 'open' } as const;
    await backend.call('replace_saved_views', { views: [view] });
    store.saved.name(' umbrella state:new ');
    const undoSave = await store.saved.save('Umbrellas');
    expect(store.saved.all.map((it) => [it.name, it.condition.text])).toEqual([['Umbrellas', 'umbrella state:new']]);
    expect(store.saved.of('umbrella state:new')?.name).toBe('Umbrellas');
    store.saved.name('umbrella state:new');
    expect(store.saved.naming).toMatchObject({ name: 'Umbrellas', isNew: false });
    await store.saved.save('New umbrellas');
    const [saved] = store.saved.all;
    const undo = await store.saved.remove(saved?.id ?? '');
    expect(store.saved.all).toEqual([]);
    await undo?.();
    expect(store.saved.all.map((it) => it.name)).toEqual(['New umbrellas']);
    await undoSave?.();
    expect((await backend.call('saved_views')).map((it) => it.name)).toEqual(['Pinned']);
  });

  it('drops the answer to an older question', async () => {
    const { backend, store } = started();
    const call = backend.call.bind(backend);
    const late: (() => void)[] = [];
    let answers = 0;
    backend.call = (async (name: 'search', request: { query: string }) => {
      const isLate = name === 'search' && request.query === 'the';
      if (isLate) await new Promise<void>((resolve) => late.push(resolve));
      const answer = await call(name, request as never);
      if (isLate) answers += 1;
      return answer;
    }) as typeof backend.call;
    store.submit('the');
    await vi.waitFor(() => expect(late.length).toBe(1));
    store.submit('zzzz');
    await vi.waitFor(() => expect(store.answered).toBe('zzzz'));
    late[0]?.();
    await vi.waitFor(() => expect(answers).toBe(1));
    // Whoever awaited the answer has it before this goes on.
    await tick();
    expect(store.answered).toBe('zzzz');
    expect(store.hits).toEqual([]);
  });

  it('remembers what led somewhere, and forgets it when asked', async () => {
    const { store } = started();
    store.submit('screw');
    await store.remember();
    await store.start();
    expect(store.recent).toEqual(['screw']);
    await store.forget();
    expect(store.recent).toEqual([]);
  });
});

describe('hits by conversation', () => {
  const hits = [hit(1, 9), hit(2, 8), hit(1, 7), hit(1, 6), hit(1, 5), hit(1, 4)];

  it('stand where their newest hit stands, cut to three', () => {
    const groups = groupHits(hits, new Set());
    expect(groups.map((group) => [group.conversationId, group.shown.length, group.hidden])).toEqual([
      [1, 3, 2],
      [2, 1, 0],
    ]);
    expect(groupHits(hits, new Set([1]))[0]?.shown.length).toBe(5);
  });

  it('are walked over with the line that opens the rest', async () => {
    const { store } = started();
    store.hits = hits;
    store.grouped = true;
    expect(store.rows.map((row) => row.hit?.position ?? `more of ${row.opens}`)).toEqual([9, 7, 6, 'more of 1', 8]);
    store.openGroup(1);
    expect(store.rows.length).toBe(6);
  });
});

describe('finding in a thread', () => {
  it('goes from the newest hit to older ones and round', async () => {
    const { backend } = started();
    const page = await backend.call('search', { query: 'the', conversationId: null, before: null, limit: 100, asker: 'page' });
    const conversationId = groupHits(page.hits, new Set()).toSorted((a, b) => b.hidden - a.hidden)[0]?.conversationId ?? 0;
    const shown: number[] = [];
    const find = new FindStore(backend, conversationId, (position) => shown.push(position));
    find.type('the');
    await vi.waitFor(() => expect(find.count).not.toBeNull());
    expect(find.hits.every((it) => it.conversationId === conversationId)).toBe(true);
    await find.step(1);
    await find.step(-1);
    await find.step(-1);
    const total = find.hits.length;
    expect(find.at).toBe(total - 1);
    expect(shown[0]).toBe(find.hits[0]?.position);
    expect(shown[1] ?? 0).toBeLessThan(shown[0] ?? 0);
    expect(shown[2]).toBe(shown[0]);
  });
});
