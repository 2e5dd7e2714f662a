import { describe, expect, it } from 'vitest';
import type { Backend } from './backend';
import type { Change, ChangeEvent } from './bindings';
import { ChangeFeed } from './changeFeed';

function feedWith() {
  let emit: (event: ChangeEvent) => void = () => undefined;
  let stopped = false;
  const backend = {
    onChange: (listener: (event: ChangeEvent) => void) => {
      emit = listener;
      return Promise.resolve(() => {
        stopped = true;
      });
    },
  } as unknown as Backend;
  const feed = new ChangeFeed();
  const seen: Change[] = [];
  feed.subscribe((change) => seen.push(change));
  return {
    feed,
    seen,
    start: () => feed.start(backend),
    emit: (revision: number, change: Change) => emit({ revision, change }),
    isStopped: () => stopped,
  };
}

const changed = (conversationId: number): Change => ({ kind: 'conversation', conversationId });

describe('the change feed', () => {
  it('hands on what follows without a gap', async () => {
    const { start, emit, seen } = feedWith();
    await start();
    emit(41, changed(1));
    emit(42, changed(2));
    expect(seen).toEqual([changed(1), changed(2)]);
  });

  it('tells everything to ask again after a gap', async () => {
    const { start, emit, seen } = feedWith();
    await start();
    emit(41, changed(1));
    emit(44, changed(2));
    expect(seen).toEqual([changed(1), { kind: 'everything' }, changed(2)]);
  });

  it('takes a revision that starts over as a gap', async () => {
    const { start, emit, seen } = feedWith();
    await start();
    emit(41, changed(1));
    emit(1, changed(2));
    expect(seen).toContainEqual({ kind: 'everything' });
  });

  it('stops listening, and forgets a listener that was removed', async () => {
    const { feed, start, emit, isStopped } = feedWith();
    const seen: Change[] = [];
    const remove = feed.subscribe((change) => seen.push(change));
    await start();
    remove();
    emit(1, changed(1));
    expect(seen).toEqual([]);
    feed.stop();
    expect(isStopped()).toBe(true);
  });
});
