import { describe, expect, it } from 'vitest';
import type { WrapUpConfigurationEntry, WrapUpSettings } from '../../ipc';
import { withConfiguration, withoutCode } from './settings.svelte';

const configuration = (id: string, codeIds: string[], defaultCodeId: string | null = null): WrapUpConfigurationEntry => ({
  id,
  name: id,
  condition: 'true',
  order: 100,
  active: true,
  enforced: false,
  durationSeconds: 60,
  showsTimer: false,
  codeIds,
  defaultCodeId,
});
const settings = (...configurations: WrapUpConfigurationEntry[]): WrapUpSettings => ({
  configurations,
  codes: ['a', 'b'].map((id) => ({ id, name: id, active: true, description: '' })),
  sweep: { active: true, olderThanMinutes: 15, everyMinutes: 5 },
});

describe('w_8 taking a code away', () => {
  it('takes it out of what allows it and of what it stands in for', () => {
    const after = withoutCode(settings(configuration('one', ['a', 'b'], 'a')), 'a');
    expect(after?.codes.map((code) => code.id)).toEqual(['b']);
    expect(after?.configurations[0]).toMatchObject({ codeIds: ['b'], defaultCodeId: null });
  });

  it('is refused where it is the only one allowed: none would mean all', () => {
    expect(withoutCode(settings(configuration('one', ['a'])), 'a')).toBeNull();
  });
});

describe('a configuration', () => {
  it('is added once and then changed in its place', () => {
    const once = withConfiguration(settings(configuration('one', [])), configuration('two', []));
    const twice = withConfiguration(once, { ...configuration('one', []), order: 7 });
    expect(twice.configurations.map((it) => [it.id, it.order])).toEqual([
      ['one', 7],
      ['two', 100],
    ]);
  });
});
