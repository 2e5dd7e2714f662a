import { describe, expect, it, vi } from 'vitest';
import type { Backend } from '../../ipc';
import { SlashStore } from './slash.svelte';

const reply = (shortName: string, text: string) => ({ id: shortName, shortName, title: shortName, text, segments: 1 });

/** A store whose replies come when the test says so. */
function store() {
  const answers: ((replies: unknown[]) => void)[] = [];
  const call = vi.fn((name: string) =>
    name === 'filled_replies' ? new Promise((done) => answers.push(done)) : Promise.resolve({ segments: 1 }),
  );
  const slash = new SlashStore({ call } as unknown as Backend, 1);
  const settle = async (...replies: unknown[]) => {
    answers.shift()?.(replies);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { slash, settle };
}

describe('H-8: the picker before its replies are known', () => {
  const late = reply('late', 'Sorry for the delay.');
  const delay = reply('delay', 'It is a day late.');

  it('does not choose from the replies of the last time', async () => {
    const { slash, settle } = store();
    slash.follow('/', 1, []);
    await settle(late);
    slash.close();
    slash.follow('/delay', 6, []);
    const chosen: (string | undefined)[] = [];
    expect(slash.choose(() => chosen.push(slash.chosen?.shortName))).toBe(true);
    expect(chosen).toEqual([]);
    await settle(late, delay);
    expect(chosen).toEqual(['delay']);
  });

  it('keeps Enter from sending what was typed to find a reply', async () => {
    const { slash, settle } = store();
    slash.follow('/delay', 6, []);
    expect(slash.open).toBe(true);
    expect(slash.choose(() => {})).toBe(true);
    await settle();
    expect(slash.open).toBe(false);
  });

  it('forgets the wish when more is typed or the picker closes', async () => {
    const { slash, settle } = store();
    const chosen = vi.fn();
    slash.follow('/del', 4, []);
    slash.choose(chosen);
    slash.follow('/dela', 5, []);
    await settle(delay);
    expect(chosen).not.toHaveBeenCalled();
    slash.close();
    slash.follow('/del', 4, []);
    slash.choose(chosen);
    slash.dismiss();
    await settle(delay);
    expect(chosen).not.toHaveBeenCalled();
  });
});
