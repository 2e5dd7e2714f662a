/** What an export would come to, in words. */
import type { ExportOffer, StartExport } from '../../ipc';
import { bytes, counted } from '../../lib/words';

/** Bytes of a text in each form, packed; as a measured export has them. */
const PAGE = 75;
const LINE = 150;
const ROW = 45;
/** What every export has. */
const ALWAYS = 6_000;

export type Forms = Pick<StartExport, 'pages' | 'lines' | 'table' | 'pictures'>;

/** How large the file will be, roughly; `null` where only the export itself will tell. */
export function sizeOf(offer: ExportOffer, forms: Forms): number | null {
  if (offer.texts === null) return null;
  const perText = (forms.pages ? PAGE : 0) + (forms.lines ? LINE : 0) + (forms.table ? ROW : 0);
  return ALWAYS + offer.texts * perText + (forms.pictures ? (offer.attachedBytes ?? 0) : 0);
}

export function sizeWords(offer: ExportOffer, forms: Forms): string {
  const size = sizeOf(offer, forms);
  if (offer.texts === null || size === null) return 'How many texts these are is known once they are exported.';
  const parts = [counted(offer.texts, 'text', 'texts')];
  if (offer.attached) parts.push(counted(offer.attached, 'picture or file', 'pictures and files'));
  return `${parts.join(', ')}; about ${bytes(size)}.`;
}
