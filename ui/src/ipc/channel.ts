/**
 * The page's half of the sealed way to the shell (`src-tauri/src/channel.rs`): what is asked and answered passes through
 * buffers of the toolkit that nobody can wipe, so it passes as ciphertext.
 */
const ID = 16;
const NONCE = 12;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };

/** Hands bytes to a command of the shell; its answer's bytes. */
export type Deliver = (command: 'open_channel' | 'call', message: Uint8Array) => Promise<ArrayBuffer>;

interface Keys {
  id: Uint8Array<ArrayBuffer>;
  requests: CryptoKey;
  answers: CryptoKey;
}

export class SealedChannel {
  readonly #deliver: Deliver;
  #keys: Promise<Keys> | undefined;

  constructor(deliver: Deliver) {
    this.#deliver = deliver;
  }

  /** Asks the shell, and reads its answer. Rejects with what the shell refused. */
  async ask(request: unknown): Promise<unknown> {
    const keys = await this.#open();
    try {
      return await this.#askBy(keys, request);
    } catch (thrown) {
      // The shell forgets keys when the desk is locked; who goes on agrees on new ones.
      if (thrown !== 'unknown') throw thrown;
      this.#keys = undefined;
      return this.#askBy(await this.#open(), request);
    }
  }

  #open(): Promise<Keys> {
    this.#keys ??= agree(this.#deliver).catch((thrown: unknown) => {
      this.#keys = undefined;
      throw thrown;
    });
    return this.#keys;
  }

  async #askBy(keys: Keys, request: unknown): Promise<unknown> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const plain = new TextEncoder().encode(JSON.stringify(request));
    const sealed = await crypto.subtle.encrypt(cipher(nonce, keys.id), keys.requests, plain);
    const answer = new Uint8Array(await this.#deliver('call', joined(keys.id, nonce, new Uint8Array(sealed))));
    const opened = await crypto.subtle.decrypt(
      cipher(answer.subarray(0, NONCE), keys.id),
      keys.answers,
      answer.subarray(NONCE),
    );
    return JSON.parse(new TextDecoder().decode(opened));
  }
}

async function agree(deliver: Deliver): Promise<Keys> {
  const own = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const told = new Uint8Array(
    await deliver('open_channel', new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey))),
  );
  const id = told.slice(0, ID);
  const theirs = await crypto.subtle.importKey('raw', told.slice(ID), CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256);
  const drawn = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const key = (purpose: string, use: KeyUsage) =>
    crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: id, info: new TextEncoder().encode(purpose) },
      drawn,
      { name: 'AES-GCM', length: 256 },
      false,
      [use],
    );
  return {
    id,
    requests: await key('tern page to shell', 'encrypt'),
    answers: await key('tern shell to page', 'decrypt'),
  };
}

function cipher(iv: Uint8Array<ArrayBuffer>, additionalData: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData };
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
