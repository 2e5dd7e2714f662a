import { describe, expect, it } from 'vitest';
import { ENTRIES, findSettings } from './entries';
import { PAGES, pageLabel } from './pages';

const SOURCES = import.meta.glob<string>(
  ['./*.svelte', '../backup/*.svelte', '../cards/*.svelte', '../configuration/*.svelte', '../fileKey/*.svelte', '../histories/*.svelte', '../lock/*.svelte', '../replies/*.svelte', '../retention/*.svelte', '../screening/*.svelte', '../messagingActions/*.svelte', '../wrapUp/*.svelte', '../tables/*.svelte', '../updates/*.svelte', '../verification/*.svelte', '../virtualAgent/*.svelte', '../virtualAgent/words.ts'],
  { query: '?raw', import: 'default', eager: true },
);
const written = Object.values(SOURCES).join('\n');
const labels = (typed: string) => findSettings(typed, pageLabel).map((entry) => entry.label);

describe('the settings search', () => {
  it('names only what stands on a page', () => {
    expect(ENTRIES.filter((entry) => !written.includes(entry.label)).map((entry) => entry.label)).toEqual([]);
  });

  it('leads to every page', () => {
    const found = new Set(ENTRIES.map((entry) => entry.page));
    expect(PAGES.filter((page) => !found.has(page.id)).map((page) => page.id)).toEqual([]);
  });

  it('names nothing twice on a page', () => {
    const keys = ENTRIES.map((entry) => `${entry.page}/${entry.label}`);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it.each([
    ['holiday', 'Days that differ'],
    ['signature', 'Your name'],
    ['mute', 'Sound'],
    ['dark mode', 'Colours'],
    ['capacity', 'Conversations at once'],
    ['backup', 'Save to a file'],
    ['open hours', 'Opening hours'],
    ['chatbot', 'Answers new conversations'],
    ['csv', 'Tables'],
    ['chatwoot', 'Texts of another system'],
    ['gdpr', 'How long things are kept'],
    ['link account', 'Ask for PIN and code'],
  ])('finds what people call “%s”', (typed, label) => {
    expect(labels(typed)).toContain(label);
  });

  it('puts what is called so before what is only like it', () => {
    expect(labels('groups')[0]).toBe('Groups');
  });

  it('finds nothing for nothing, and for nonsense', () => {
    expect(labels('  ')).toEqual([]);
    expect(labels('zzzz')).toEqual([]);
  });
});
