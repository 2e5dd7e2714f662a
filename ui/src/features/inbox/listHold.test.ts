import { describe, expect, it } from 'vitest';
import type { ConversationRow } from '../../ipc';
import { holdOrder } from './listHold';

function row(id: number, lastAt: number, preview = ''): ConversationRow {
  return {
    id,
    list: 'new',
    requester: `Person ${id}`,
    requesterNumber: `+1206555${id}`,
    providerNumber: '+18335550100',
    preview,
    previewDirection: 'inbound',
    previewByVirtualAgent: false,
    previewDelivery: null,
    previewHasMedia: false,
    previewPictures: null,
    textsDeleted: false,
    lastAt,
    unread: 0,
    hasDraft: false,
    needsAttention: false,
    optedOut: false,
    pinned: false,
    snoozedUntil: null,
    waitingSince: null,
    helpRequested: false,
    identityInDoubt: false,
    card: null,
    promptedAt: null,
  };
}

describe('a held list', () => {
  const shown = [row(3, 300), row(2, 200), row(1, 100)];

  it('keeps every row where it is while its content is renewed', () => {
    const held = holdOrder(shown, [row(1, 400, 'news'), row(3, 300), row(2, 200)]);
    expect(held.rows.map((it) => it.id)).toEqual([3, 2, 1]);
    expect(held.rows[2]?.preview).toBe('news');
    expect(held.waiting).toBe(1);
    expect(held.behind).toBe(true);
  });

  it('counts conversations that would come in above, and leaves them out', () => {
    const held = holdOrder(shown, [row(9, 500), row(3, 300), row(2, 200), row(1, 100)]);
    expect(held.rows.map((it) => it.id)).toEqual([3, 2, 1]);
    expect(held.waiting).toBe(1);
  });

  it('shows older rows below the others at once, which is no news', () => {
    const held = holdOrder(shown, [...shown, row(0, 50)]);
    expect(held.rows.map((it) => it.id)).toEqual([3, 2, 1, 0]);
    expect(held.waiting).toBe(0);
    expect(held.behind).toBe(false);
  });

  it('fills an empty list', () => {
    const held = holdOrder([], [row(2, 200), row(1, 100)]);
    expect(held.rows.map((it) => it.id)).toEqual([2, 1]);
    expect(held.waiting).toBe(0);
  });

  it('keeps a row that has left the list until the hold ends', () => {
    const held = holdOrder(shown, [row(3, 300), row(1, 100)]);
    expect(held.rows.map((it) => it.id)).toEqual([3, 2, 1]);
    expect(held.behind).toBe(true);
    expect(held.waiting).toBe(0);
  });
});
