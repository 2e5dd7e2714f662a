// What the browser talks to: the design build with the fake behind it, or the real app over HTTP.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

export const UI = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the design variant and serves it under the product's content security policy. */
export async function startDesign() {
  // A folder of its own: suites run side by side, and a build empties its folder first.
  const outDir = await mkdtemp(join(tmpdir(), 'tern-design-'));
  await build({ root: UI, mode: 'design', logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({ root: UI, logLevel: 'error', build: { outDir }, preview: { port: 0, strictPort: false } });
  const { port } = server.httpServer.address();
  return {
    url: (scene) => `http://127.0.0.1:${port}/?fake=${scene}`,
    stop: async () => {
      await new Promise((resolve) => server.httpServer.close(resolve));
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

/** The app's own backend: the one at TERN_URL, or the program at TERN_DEVSERVER_BIN, on the practice line unless it is to start afresh; `null` without either. A folder that is given stays. */
export async function startDevserver({ practice = true, folder: given = null, more = [] } = {}) {
  if (process.env.TERN_URL) return { url: process.env.TERN_URL, stop: async () => undefined };
  const program = process.env.TERN_DEVSERVER_BIN;
  if (!program) return null;
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'tern-ui-')));
  const child = spawn(program, ['--data-dir', folder, '--ui', join(UI, 'dist'), '--port', '0', ...(practice ? ['--practice'] : []), ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the development server ended with ${code}`)));
    child.once('error', reject);
  });
  return {
    ...JSON.parse(line),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      if (given === null) await rm(folder, { recursive: true, force: true });
    },
  };
}
