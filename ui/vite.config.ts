import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** What the product's web view enforces; `preview` serves with it so that a violation shows early. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/**
 * What the canvas of topics stands on, as the product's window allows it: `Object.prototype` is frozen there, so that d3-color must
 * not give its prototypes a `constructor` by plain assignment; and a `style` that comes as markup is refused (base.css has it).
 */
const canvasInTheWindow: Plugin = {
  name: 'canvas-in-the-window',
  enforce: 'post',
  transform(code, id) {
    const [path = id] = id.split('?');
    const [from, to = ''] = path.endsWith('/d3-color.mjs')
      ? ['prototype.constructor = constructor;', "Object.defineProperty(prototype, 'constructor', { value: constructor, writable: true, configurable: true });"]
      : path.endsWith('/Minimap.svelte')
        ? ['<svelte-css-wrapper style="display: contents">', '<svelte-css-wrapper>']
        : [];
    if (from === undefined) return;
    if (!code.includes(from)) this.error(`${path} has changed: does it still do without what the window refuses?`);
    return { code: code.replace(from, to), map: null };
  },
};

export default defineConfig({
  plugins: [svelte(), canvasInTheWindow],
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
  },
});
