import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** What the product's web view enforces; `preview` serves with it so that a violation shows early. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/**
 * What canvas and charts stand on, as the product's window allows it: `Object.prototype` is frozen there, so that a prototype must not
 * get a `constructor` or a `toString` by plain assignment; and a `style` that comes as markup is refused (base.css has it).
 */
const CHANGES: readonly { file: string; from: string; to: string }[] = [
  {
    file: '/d3-color.mjs',
    from: 'prototype.constructor = constructor;',
    to: "Object.defineProperty(prototype, 'constructor', { value: constructor, writable: true, configurable: true });",
  },
  {
    file: '/d3-format.mjs',
    from: 'formatSpecifier.prototype = FormatSpecifier.prototype;',
    to: "formatSpecifier.prototype = FormatSpecifier.prototype; Object.defineProperty(FormatSpecifier.prototype, 'toString', { value: undefined, writable: true, configurable: true });",
  },
  { file: '/Minimap.svelte', from: '<svelte-css-wrapper style="display: contents">', to: '<svelte-css-wrapper>' },
];

const allowedInTheWindow: Plugin = {
  name: 'allowed-in-the-window',
  enforce: 'post',
  transform(code, id) {
    const [path = id] = id.split('?');
    const change = CHANGES.find(({ file }) => path.endsWith(file));
    if (!change) return;
    if (!code.includes(change.from)) this.error(`${path} has changed: does it still do without what the window refuses?`);
    return { code: code.replace(change.from, change.to), map: null };
  },
};

export default defineConfig({
  plugins: [svelte(), allowedInTheWindow],
  // Relative paths: the same build is served by the app's own protocol and by the development server.
  base: './',
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: '127.0.0.1' },
  preview: { port: 4173, host: '127.0.0.1', headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
  build: {
    target: ['safari16', 'chrome111'],
    cssTarget: ['safari16', 'chrome111'],
    // An inlined asset would be a data: URL, which the policy refuses for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // Deadlines, not measures: a machine with other work takes seconds to load the canvas's modules.
    testTimeout: 30_000,
  },
});
