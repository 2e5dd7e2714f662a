import type { Backend } from '../ipc';

/** Saves a file among the person's downloads; resolves with words for where it is. */
export async function saveFile(backend: Backend, name: string, contentType: string, content: string): Promise<string> {
  if (backend.saveFile) return `Saved as ${await backend.saveFile(name, content)}`;
  const address = URL.createObjectURL(new Blob([content], { type: contentType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return `${name} saved to your downloads`;
}
