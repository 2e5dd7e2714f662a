import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageView } from '../../ipc';
import { FakeBackend } from '../../ipc/fake';
import { ComposerStore } from './composer.svelte';
import { counterWords, overLimitWords } from './counter';
import { refusePicture } from './pictures';

const NOW = Date.UTC(2026, 5, 10, 15);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function composing(name = 'Maya Okafor') {
  const backend = new FakeBackend('desk', { now: () => NOW, later: () => undefined });
  const conversation = [...backend.world.conversations.values()].find((it) => it.row.requester === name);
  if (!conversation) throw new Error(`no ${name}`);
  const sent: MessageView[] = [];
  const composer = new ComposerStore(backend, conversation.row.id, (message) => sent.push(message));
  return { backend, conversation, composer, sent };
}

describe('a draft', () => {
  it('is saved after a pause, and at once when the thread is left', async () => {
    const { conversation, composer } = composing();
    composer.type('Half a sen');
    composer.type('Half a sentence');
    expect(conversation.draft).toBeNull();
    await vi.advanceTimersByTimeAsync(500);
    expect(conversation.draft?.body).toBe('Half a sentence');
    composer.type('Half a sentence more');
    composer.leave();
    await vi.advanceTimersByTimeAsync(0);
    expect(conversation.draft?.body).toBe('Half a sentence more');
  });

  it('is restored, but never over what was typed meanwhile', async () => {
    const { backend, conversation, composer } = composing('Elin Sandberg');
    const view = await backend.call('conversation', { conversationId: conversation.row.id });
    composer.restore(view);
    expect(composer.body).toContain('fabric samples');
    const other = composing('Elin Sandberg').composer;
    other.type('New');
    other.restore(view);
    expect(other.body).toBe('New');
  });
});

describe('sending', () => {
  it('keeps a text that was called back before the answer to its sending came', async () => {
    const { composer, sent } = composing();
    composer.type('Too early');
    const sending = composer.send();
    composer.replace({ body: 'Too early', media: [] });
    await sending;
    expect(sent).toHaveLength(1);
    expect(composer.body).toBe('Too early');
  });

  it('waits for a draft that is being saved, and leaves no count of what has left', async () => {
    const { backend, conversation, composer } = composing();
    const call = vi.spyOn(backend, 'call');
    composer.type('On its way');
    composer.saveNow();
    await composer.send();
    await vi.advanceTimersByTimeAsync(500);
    const commands = call.mock.calls.map(([command]) => command).filter((command) => command !== 'measure_text');
    expect(commands).toEqual(['save_draft', 'send_message']);
    expect(conversation.draft).toBeNull();
    expect(composer.measure).toBeNull();
  });

  it('sends once under one id, however often it is tried', async () => {
    const { backend, composer, sent } = composing();
    composer.type('On its way');
    const call = vi.spyOn(backend, 'call').mockRejectedValueOnce(new Error('lost'));
    await composer.send();
    expect(composer.error?.message).toBeTruthy();
    expect(composer.body).toBe('On its way');
    await composer.send();
    const ids = call.mock.calls.filter(([name]) => name === 'send_message').map(([, request]) => (request as { messageId: string }).messageId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(sent).toHaveLength(1);
    expect(composer.body).toBe('');
  });

  it('does not send nothing, nor a text over the limit', async () => {
    const { backend, composer } = composing();
    const call = vi.spyOn(backend, 'call');
    composer.type('   ');
    await composer.send();
    composer.type('x'.repeat(1_601));
    await vi.advanceTimersByTimeAsync(100);
    await composer.send();
    expect(call.mock.calls.some(([name]) => name === 'send_message')).toBe(false);
  });

  it('shows the words of a refusal and keeps the text', async () => {
    const { composer } = composing('Victor Lind');
    composer.type('Hello?');
    await composer.send();
    expect(composer.error?.message).toContain('STOP');
    expect(composer.body).toBe('Hello?');
  });
});

describe('the segment counter', () => {
  it('names the costly character and puts the plain one in its place', async () => {
    const { composer } = composing();
    composer.type('I’ll call, don’t worry');
    await vi.advanceTimersByTimeAsync(100);
    expect(composer.measure?.costly?.character).toBe('’');
    composer.replaceCostly();
    await vi.advanceTimersByTimeAsync(100);
    expect(composer.body).toBe("I'll call, don't worry");
    expect(composer.measure?.costly).toBeNull();
  });

  it('is put in words', () => {
    const measure = { encoding: 'gsm7', characters: 132, segments: 1, leftInSegment: 28, costly: null, overLimitBy: 0 } as const;
    expect(counterWords(measure)).toBe('132 / 160 · 1 part · GSM-7');
    expect(overLimitWords({ ...measure, overLimitBy: 1 })).toContain('1 character too many');
    expect(overLimitWords(measure)).toBeNull();
  });
});

describe('a picture', () => {
  it('is refused in words when phones cannot show it or it is too large', () => {
    expect(refusePicture({ name: 'a.svg', type: 'image/svg+xml', size: 10 })?.remedy).toContain('JPEG');
    expect(refusePicture({ name: 'a.png', type: 'image/png', size: 50_000_000 })?.message).toContain('50.0 MB');
    expect(refusePicture({ name: 'a.png', type: 'image/png', size: 0 })?.message).toContain('empty');
    expect(refusePicture({ name: 'a.png', type: 'image/png', size: 10_000 })).toBeNull();
  });
});
