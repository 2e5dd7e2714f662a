/** The time of a wrap-up, as its ring shows it (W-5). */

export type TimerPhase = 'green' | 'yellow' | 'orange' | 'red';

/** How long the ring stays red after the time is over, before it goes. */
export const RED_FOR = 3_000;

export interface WrapUpTime {
  /** Share of the time that is left, 1 … 0. */
  share: number;
  phase: TimerPhase;
  /** Whole seconds left, at least 0. */
  secondsLeft: number;
}

/** What the ring shows at an instant; `null` once it is gone. */
export function timeOf(startedAt: number, overAt: number, now: number): WrapUpTime | null {
  const left = overAt - now;
  if (left <= -RED_FOR) return null;
  const whole = overAt - startedAt;
  const share = whole > 0 ? Math.min(1, Math.max(0, left / whole)) : 0;
  return { share, phase: phaseOf(share), secondsLeft: Math.max(0, Math.ceil(left / 1000)) };
}

function phaseOf(share: number): TimerPhase {
  if (share > 0.5) return 'green';
  if (share > 0.25) return 'yellow';
  return share > 0 ? 'orange' : 'red';
}

/** Minutes and seconds, as a clock has them. */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A duration in plain words. */
export function durationWords(seconds: number): string {
  const minutes = seconds / 60;
  if (seconds < 120 && seconds !== 60) return `${seconds} second${seconds === 1 ? '' : 's'}`;
  if (Number.isInteger(minutes)) return `${minutes} minute${minutes === 1 ? '' : 's'}`;
  return `${clock(seconds)} minutes`;
}
