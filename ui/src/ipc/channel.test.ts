import { describe, expect, it } from 'vitest';
import { SealedChannel, type Deliver } from './channel';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const text = (words: string) => new TextEncoder().encode(words);

/** The shell's half, by WebCrypto; the real one is Rust's, in every test that has a window. */
class Shell {
  readonly heard: Uint8Array[] = [];
  #keys: { id: Uint8Array<ArrayBuffer>; requests: CryptoKey; answers: CryptoKey } | undefined;
  opened = 0;

  readonly deliver: Deliver = async (command, message) => {
    if (command === 'open_channel') return this.#open(message as Uint8Array<ArrayBuffer>);
    this.heard.push(message);
    if (this.#keys === undefined) throw 'unknown';
    const { id, requests, answers } = this.#keys;
    const bytes = message as Uint8Array<ArrayBuffer>;
    const opened = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: bytes.subarray(16, 28), additionalData: id },
      requests,
      bytes.subarray(28),
    );
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const told = text(JSON.stringify({ heard: JSON.parse(new TextDecoder().decode(opened)) }));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: id }, answers, told);
    return new Uint8Array([...iv, ...new Uint8Array(sealed)]).buffer;
  };

  forget(): void {
    this.#keys = undefined;
  }

  async #open(page: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
    this.opened += 1;
    const own = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
    const theirs = await crypto.subtle.importKey('raw', page, CURVE, false, []);
    const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256);
    const drawn = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
    const id = crypto.getRandomValues(new Uint8Array(16));
    const key = (purpose: string, use: KeyUsage) =>
      crypto.subtle.deriveKey(
        { name: 'HKDF', hash: 'SHA-256', salt: id, info: text(purpose) },
        drawn,
        { name: 'AES-GCM', length: 256 },
        false,
        [use],
      );
    this.#keys = {
      id,
      requests: await key('tern page to shell', 'decrypt'),
      answers: await key('tern shell to page', 'encrypt'),
    };
    return new Uint8Array([...id, ...new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey))]).buffer;
  }
}

describe('the sealed way to the shell', () => {
  it('tells nothing in the clear, and agrees on keys once for calls at the same time (L-14)', async () => {
    const shell = new Shell();
    const channel = new SealedChannel(shell.deliver);
    const answers = await Promise.all([channel.ask({ pin: '482913' }), channel.ask({ pin: '482913' })]);
    expect(answers).toEqual([{ heard: { pin: '482913' } }, { heard: { pin: '482913' } }]);
    expect(shell.opened).toBe(1);
    for (const message of shell.heard) expect(new TextDecoder().decode(message)).not.toContain('482913');
  });

  it('agrees on new keys once the shell has forgotten them', async () => {
    const shell = new Shell();
    const channel = new SealedChannel(shell.deliver);
    await channel.ask('before');
    shell.forget();
    expect(await channel.ask('after')).toEqual({ heard: 'after' });
    expect(shell.opened).toBe(2);
  });

  it('rejects with what the shell refuses, and can be asked again', async () => {
    const shell = new Shell();
    let refuses = true;
    const channel = new SealedChannel((command, message) =>
      refuses ? Promise.reject('unreadable') : shell.deliver(command, message),
    );
    await expect(channel.ask('now')).rejects.toBe('unreadable');
    refuses = false;
    expect(await channel.ask('then')).toEqual({ heard: 'then' });
  });
});
