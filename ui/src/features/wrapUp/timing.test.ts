import { describe, expect, it } from 'vitest';
import { clock, durationWords, RED_FOR, timeOf } from './timing';

describe('w_5 the ring of a wrap-up', () => {
  const at = (second: number) => timeOf(0, 60_000, second * 1000);

  it('is green down to half, yellow down to a quarter, orange to the end, then red, then gone', () => {
    expect([0, 29.9, 30, 44.9, 45, 59.9, 60].map((second) => at(second)?.phase)).toEqual(['green', 'green', 'yellow', 'yellow', 'orange', 'orange', 'red']);
    expect(timeOf(0, 60_000, 60_000 + RED_FOR - 1)?.phase).toBe('red');
    expect(timeOf(0, 60_000, 60_000 + RED_FOR)).toBeNull();
  });

  it('never shows more than all of the time, nor less than none', () => {
    expect(timeOf(10_000, 70_000, 0)).toMatchObject({ share: 1, secondsLeft: 70 });
    expect(at(61)).toMatchObject({ share: 0, secondsLeft: 0 });
    expect(at(59.2)).toMatchObject({ secondsLeft: 1 });
  });

  it('has its time in words', () => {
    expect(clock(65)).toBe('1:05');
    expect([1, 45, 60, 90, 120, 150, 900].map(durationWords)).toEqual(['1 second', '45 seconds', '1 minute', '90 seconds', '2 minutes', '2:30 minutes', '15 minutes']);
  });
});
