import type { Backend } from '../ipc';

/** Saves a file where the person wants it; resolves with words for where it is, or `null` if they want it nowhere. */
export async function saveFile(backend: Backend, name: string, contentType: string, content: string): Promise<string | null> {
  if (backend.saveFile) {
    const saved = await backend.saveFile(name, content);
    return saved === null ? null : `Saved as ${saved}`;
  }
  const address = URL.createObjectURL(new Blob([content], { type: contentType }));
  download(address, name);
  // The download has its own hold on the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return `${name} saved to your downloads`;
}

/** The same for what was attached to a text. */
export async function saveMedia(backend: Backend, mediaId: string, name: string): Promise<string | null> {
  if (backend.saveMedia) {
    const saved = await backend.saveMedia(mediaId, name);
    return saved === null ? null : `Saved as ${saved}`;
  }
  download(backend.mediaUrl(mediaId), name);
  return `${name} saved to your downloads`;
}

function download(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
