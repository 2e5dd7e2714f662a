/** A conversation that does not exist, to show how its card would look. */
import type { CardCell, CardFieldName, CardFieldView, ConversationRow } from '../../ipc';

const MINUTE = 60_000;

/** The sample's cells for these fields. */
export function sampleCells(fields: readonly CardFieldName[], known: readonly CardFieldView[], now: number): CardCell[] {
  return fields.map((field) => {
    const found = known.find((it) => it.field === field);
    return { field, label: found?.label ?? '', words: found?.example ?? '', at: field === 'waitingSince' ? now - 12 * MINUTE : null };
  });
}

export function sampleRow(fields: readonly CardFieldName[] | null, known: readonly CardFieldView[], now: number): ConversationRow {
  return {
    id: 0,
    list: 'new',
    requester: 'Maya Lindqvist',
    requesterNumber: '+14155550142',
    providerNumber: '+18335550100',
    preview: 'Is my order on its way?',
    previewDirection: 'inbound',
    previewByVirtualAgent: false,
    previewDelivery: null,
    previewHasMedia: false,
    previewPictures: null,
    textsDeleted: false,
    lastAt: now - 12 * MINUTE,
    unread: 1,
    hasDraft: false,
    needsAttention: false,
    optedOut: false,
    pinned: false,
    snoozedUntil: null,
    promptedAt: null,
    waitingSince: now - 12 * MINUTE,
    helpRequested: false,
    identityInDoubt: false,
    card: fields && fields.length > 0 ? sampleCells(fields, known, now) : null,
  };
}
