import type { Backend } from '../ipc';

/** Saves a file where the person wants it; resolves with words for where it is, or `null` if they want it nowhere. */
export async function saveFile(backend: Backend, name: string, contentType: string, content: string): Promise<string | null> {
  if (backend.saveFile) {
    const saved = await backend.saveFile(name, content);
    return saved === null ? null : `Saved as ${saved}`;
  }
  const address = URL.createObjectURL(new Blob([content], { type: contentType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return `${name} saved to your downloads`;
}
