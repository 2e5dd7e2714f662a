import { describe, expect, it } from 'vitest';
import type { AppStatus, Backend, Settings } from '../../ipc';
import { Session } from './session.svelte';

/** Keeps each write until it is let through, and refuses the one that is named. */
function slowBackend(refused: string | null = null) {
  let stored = { agentName: 'Sam', notificationSound: true, enterSends: true } as Settings;
  const waiting: (() => void)[] = [];
  const call = async (name: string, request: Settings) => {
    if (name === 'settings') return stored;
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (refused !== null && request.agentName === refused) throw { code: 'invalidInput', message: 'No', remedy: '' };
    stored = request;
    return stored;
  };
  return { backend: { call } as unknown as Backend, waiting, stored: () => stored };
}

async function opened(backend: Backend): Promise<Session> {
  const session = new Session(backend);
  session.adopt({ phase: { kind: 'ready' } } as AppStatus);
  await expect.poll(() => session.settings).not.toBeNull();
  return session;
}

describe('settings that are changed one right after the other', () => {
  it('are all kept, and shown meanwhile', async () => {
    const { backend, waiting, stored } = slowBackend();
    const session = await opened(backend);
    const first = session.save({ notificationSound: false });
    const second = session.save({ agentName: 'Ben' });
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.();
    await first;
    // The answer to the first is older than the second.
    expect(session.settings).toMatchObject({ agentName: 'Ben', notificationSound: false });
    const third = session.save({ enterSends: false });
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]?.();
    await expect.poll(() => waiting.length).toBe(3);
    waiting[2]?.();
    await Promise.all([second, third]);
    expect(stored()).toMatchObject({ agentName: 'Ben', notificationSound: false, enterSends: false });
    expect(session.settings).toEqual(stored());
  });

  it('lose only the one that is refused', async () => {
    const { backend, waiting, stored } = slowBackend('');
    const session = await opened(backend);
    const refused = session.save({ agentName: '' });
    const kept = session.save({ notificationSound: false });
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.();
    await expect(refused).rejects.toMatchObject({ message: 'No' });
    expect(session.settings).toMatchObject({ agentName: 'Sam', notificationSound: false });
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]?.();
    await kept;
    expect(stored()).toMatchObject({ agentName: 'Sam', notificationSound: false });
  });
});
