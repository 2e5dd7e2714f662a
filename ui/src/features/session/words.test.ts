import { describe, expect, it } from 'vitest';
import { silenceWords, soundTriedWords, triedWords } from './words';

const NOW = new Date(2026, 4, 4, 23, 0).getTime();
const MORNING = new Date(2026, 4, 5, 7, 0).getTime();

describe('notifications that are kept back', () => {
  it('says why, and until when', () => {
    expect(silenceWords({ kind: 'quietHours', until: MORNING }, NOW)).toMatch(/^Quiet until tomorrow 0?7:00/);
    expect(silenceWords({ kind: 'quietHours', until: null }, NOW)).toBe('Quiet hours');
    expect(silenceWords({ kind: 'presence', name: 'Away' }, NOW)).toBe('Silent while Away');
    expect(silenceWords({ kind: 'off' }, NOW)).toBe('Notifications are off');
  });

  it('says what trying one shows, and what the desktop cannot do', () => {
    const able = { buttons: true, sounds: true };
    expect(triedWords({ silence: null, changesAt: null, desktop: able }, NOW)).toEqual(['Shown as a real one would be.']);
    expect(triedWords({ silence: { kind: 'off' }, changesAt: null, desktop: able }, NOW)).toEqual(['Notifications are off: nothing is shown.']);
    const kept = triedWords({ silence: { kind: 'presence', name: 'Away' }, changesAt: null, desktop: { buttons: false, sounds: false } }, NOW);
    expect(kept).toHaveLength(3);
    expect(kept[0]).toContain('kept back: silent while away');
    expect(triedWords({ silence: null, changesAt: null, desktop: null }, NOW)[0]).toContain('nothing can be shown');
    expect(soundTriedWords({ silence: null, changesAt: null, desktop: able })).toBe('');
    expect(soundTriedWords({ silence: null, changesAt: null, desktop: null })).toContain('nothing here to play');
  });
});
