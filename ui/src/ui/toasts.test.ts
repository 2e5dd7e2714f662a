import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Toasts } from './toasts.svelte';

describe('notices', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('do not pile up: the newest stays', () => {
    const toasts = new Toasts();
    for (const words of ['one', 'two', 'three']) toasts.show(words);
    expect(toasts.items.map((it) => it.text)).toEqual(['three']);
  });

  it('keep the last way back beside the newest', () => {
    const toasts = new Toasts();
    const undone: string[] = [];
    toasts.show('first', { action: { label: 'Undo', run: () => undone.push('first') } });
    toasts.show('second', { action: { label: 'Undo', run: () => undone.push('second') } });
    toasts.show('third');
    toasts.show('fourth');
    expect(toasts.items.map((it) => it.text)).toEqual(['second', 'fourth']);
    expect(toasts.undo()).toBe(true);
    expect(toasts.undo()).toBe(false);
    expect(undone).toEqual(['second']);
  });

  it('go by themselves', () => {
    const toasts = new Toasts();
    toasts.show('one');
    vi.advanceTimersByTime(6_000);
    expect(toasts.items).toEqual([]);
  });
});
