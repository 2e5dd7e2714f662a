/** Saved views and searches, which are replaced all together. */
import type { SavedViewDraft, SavedViewRow } from '../ipc';

/** A view as it is given back to be stored. */
export const draftOf = (it: SavedViewRow): SavedViewDraft => ({ id: it.id, name: it.name, condition: it.condition.text, sort: it.sort, scope: it.scope });
