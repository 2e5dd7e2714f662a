/** Picks the backend once, at start: the shell's, a fake one on request (never in a release), or HTTP. */
import type { Backend } from './backend';
import { HttpBackend } from './http';
import { insideShell, TauriBackend } from './tauri';

export async function chooseBackend(location: Location): Promise<Backend> {
  if (insideShell()) return new TauriBackend();
  // Both conditions are constants of the build, so a release build does not contain the fake.
  if (import.meta.env.DEV || import.meta.env.MODE === 'design') {
    const wanted = new URLSearchParams(location.search).get('fake');
    if (wanted !== null) {
      const { FakeBackend, fakeScene } = await import('./fake');
      return new FakeBackend(fakeScene(wanted));
    }
  }
  return new HttpBackend();
}
