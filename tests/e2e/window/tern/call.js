// Gives the app a command by a sealed channel of the test's own, as `ui/src/ipc/channel.ts` does for the page.
const [name, request, done] = arguments;
const { subtle } = crypto;
const curve = { name: 'ECDH', namedCurve: 'P-256' };
const text = (words) => new TextEncoder().encode(words);
const deliver = (command, message) => window.__TAURI_INTERNALS__.invoke(command, message);

const open = async () => {
  const own = await subtle.generateKey(curve, false, ['deriveBits']);
  const key = new Uint8Array(await subtle.exportKey('raw', own.publicKey));
  const told = new Uint8Array(await deliver('open_channel', key));
  const id = told.slice(0, 16);
  const theirs = await subtle.importKey('raw', told.slice(16), curve, false, []);
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256);
  const drawn = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const derive = (purpose, use) => subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: id, info: text(purpose) },
    drawn, { name: 'AES-GCM', length: 256 }, false, [use],
  );
  return {
    id,
    requests: await derive('tern page to shell', 'encrypt'),
    answers: await derive('tern shell to page', 'decrypt'),
  };
};

const ask = async () => {
  const keys = await (window.testChannel ??= open());
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const cipher = (nonce) => ({ name: 'AES-GCM', iv: nonce, additionalData: keys.id });
  const plain = text(JSON.stringify({ name, request }));
  const sealed = new Uint8Array(await subtle.encrypt(cipher(iv), keys.requests, plain));
  const answer = new Uint8Array(await deliver('call', new Uint8Array([...keys.id, ...iv, ...sealed])));
  const opened = await subtle.decrypt(cipher(answer.slice(0, 12)), keys.answers, answer.slice(12));
  return JSON.parse(new TextDecoder().decode(opened));
};

const again = (refusal) => {
  if (refusal !== 'unknown') throw refusal;
  window.testChannel = undefined;
  return ask();
};

ask().catch(again).then(done, (thrown) => done({ error: String(thrown) }));
