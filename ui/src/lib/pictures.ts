/** What a list says and shows of a text's pictures. */
import { bytes, counted, fileKind } from './words';

/** What stands in the place of a picture that cannot be shown. */
export type PictureSign = 'picture' | 'file' | 'refused';

/** The pictures of a text: the one that stands for all, and how many there are. */
interface Pictures {
  shown: { id: string; state: 'pending' | 'remote' | 'image' | 'file' | 'unavailable'; contentType: string | null; note: string | null };
  count: number;
}

interface Glance {
  /** Id of the picture to show small; `null` for what cannot be shown. */
  id: string | null;
  sign: PictureSign;
  /** In a few words. */
  words: string;
  /** The same with the reason, where there is one. */
  reason: string;
  /** How many more there are. */
  more: number;
}

export function glanceOf({ shown, count }: Pictures): Glance {
  const more = count - 1;
  const of = (sign: PictureSign, words: string, reason = words): Glance => ({ id: null, sign, words: more > 0 ? `${words}, and ${more} more` : words, reason, more });
  if (shown.state === 'image') {
    const words = more > 0 ? counted(count, 'picture', 'pictures') : 'Picture';
    return { id: shown.id, sign: 'picture', words, reason: words, more };
  }
  if (shown.state === 'pending') return of('picture', 'Picture on its way');
  if (shown.state === 'remote') return of('picture', 'Picture still at Twilio');
  if (shown.state === 'file' && shown.note === null) return of('file', fileKind(shown.contentType));
  return of('refused', 'Picture not shown', shown.note ?? undefined);
}

/** What a list says of a conversation's newest text, also where nothing of it can be read: it was empty, removed, or never kept. */
export function previewWords(row: { preview: string; previewHasMedia: boolean; previewPictures: Pictures | null; textsDeleted: boolean }): string {
  if (row.textsDeleted) return 'Older texts were deleted';
  if (row.preview) return row.preview;
  if (row.previewPictures) return glanceOf(row.previewPictures).words;
  return row.previewHasMedia ? 'Picture' : 'No words';
}

/** What a file is, and how large. One that calls itself a picture and is refused as such is named by its kind. */
export function mediumWords({ contentType, note, size }: { contentType: string | null; note: string | null; size: number | null }): string {
  const kind = note !== null && contentType?.startsWith('image/') ? `A picture (${contentType.slice('image/'.length).toUpperCase()})` : fileKind(contentType);
  return size === null ? kind : `${kind} · ${bytes(size)}`;
}
