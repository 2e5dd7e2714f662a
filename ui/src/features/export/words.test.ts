import { describe, expect, it } from 'vitest';
import { sizeOf, sizeWords } from './words';

const offer = { about: 'Maya', folder: '/data/Downloads/Tern', file: 'tern-conversation.zip', texts: 1_000, attached: 3, attachedBytes: 2_000_000, fingerprint: 'AB' };
const forms = { pages: true, lines: true, table: false, pictures: true };

describe('the size of an export', () => {
  it('grows with what is chosen', () => {
    const all = sizeOf(offer, forms) ?? 0;
    expect(all).toBeGreaterThan(2_000_000);
    expect(sizeOf(offer, { ...forms, pictures: false })).toBeLessThan(all);
    expect(sizeOf(offer, { ...forms, lines: false })).toBeLessThan(all);
    expect(sizeWords(offer, forms)).toBe('1,000 texts, 3 pictures and files; about 2.2 MB.');
  });

  it('is not claimed where nobody knows it', () => {
    const unknown = { ...offer, texts: null, attached: null, attachedBytes: null };
    expect(sizeOf(unknown, forms)).toBeNull();
    expect(sizeWords(unknown, forms)).toMatch(/known once/);
  });
});
