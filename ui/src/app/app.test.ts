import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { offerFor } from '../lib/errors';
import { resolveTheme } from './appearance';
import { DelayedAct } from './delayedAct';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an act with a way back', () => {
  it('is carried out when the time is over', () => {
    const act = vi.fn();
    new DelayedAct().plan(5_000, act);
    vi.advanceTimersByTime(4_999);
    expect(act).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(act).toHaveBeenCalledTimes(1);
  });

  it('is not carried out once it was taken back', () => {
    const act = vi.fn();
    const delayed = new DelayedAct();
    delayed.plan(5_000, act);
    delayed.cancel();
    vi.advanceTimersByTime(10_000);
    expect(act).not.toHaveBeenCalled();
  });

  it('is carried out at once when the next one comes, or the window closes', () => {
    const first = vi.fn();
    const second = vi.fn();
    const delayed = new DelayedAct();
    delayed.plan(5_000, first);
    delayed.plan(5_000, second);
    expect(first).toHaveBeenCalledTimes(1);
    delayed.flush();
    delayed.flush();
    expect(second).toHaveBeenCalledTimes(1);
  });
});

describe('the theme', () => {
  it('follows the system only where the person has not chosen', () => {
    expect(resolveTheme('system', true, false)).toBe('dark');
    expect(resolveTheme('system', true, true)).toBe('highContrast');
    expect(resolveTheme('light', true, true)).toBe('light');
  });
});

describe('an error', () => {
  it('offers a way on where there is one', () => {
    expect(offerFor('credentials')).toBe('openAccount');
    expect(offerFor('offline')).toBe('retry');
    expect(offerFor('optedOut')).toBeNull();
  });
});
