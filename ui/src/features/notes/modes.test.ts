import { describe, expect, it } from 'vitest';
import { listed, modesFor } from './modes';

describe('what can be written', () => {
  it('names who is going to read it', () => {
    expect(modesFor('Jane', ['Ben', 'Cleo']).map((it) => it.label)).toEqual(['Text to Jane', 'Whisper to Ben and Cleo', 'Private note']);
  });

  it('lists names as people do', () => {
    expect([[], ['Ana'], ['Ana', 'Ben'], ['Ana', 'Ben', 'Cleo']].map(listed)).toEqual(['', 'Ana', 'Ana and Ben', 'Ana, Ben and Cleo']);
  });
});
