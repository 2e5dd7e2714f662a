/** First look at a picture before it is handed over; the content itself is judged by the app. */

export const ACCEPTED = ['image/jpeg', 'image/png', 'image/gif'] as const;

/** Twilio fetches up to this much for one text. */
const LARGEST = 5_000_000;

export interface Refusal {
  message: string;
  remedy: string;
}

export function refusePicture(file: { name: string; type: string; size: number }): Refusal | null {
  const name = file.name || 'This file';
  if (!ACCEPTED.some((type) => type === file.type)) {
    return { message: `${name} is not a picture that phones show.`, remedy: 'Choose a JPEG, PNG or GIF.' };
  }
  if (file.size > LARGEST) {
    const megabytes = (file.size / 1_000_000).toFixed(1);
    return { message: `${name} has ${megabytes} MB; at most 5 MB can be sent.`, remedy: 'Make it smaller and attach it again.' };
  }
  if (file.size === 0) return { message: `${name} is empty.`, remedy: 'Choose another picture.' };
  return null;
}

/** Whether files are dragged: words that are dragged belong to the text field. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** The pictures in what was pasted or dropped. */
export function filesIn(transfer: DataTransfer | null): File[] {
  return transfer ? [...transfer.files] : [];
}
