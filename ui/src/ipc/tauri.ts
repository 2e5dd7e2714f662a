/** The product's backend: one Tauri command, one Tauri event, one address scheme for pictures. */
import { convertFileSrc, invoke, isTauri } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { toApiError, type Answer, type Backend, type CallArguments, type ChosenPlace, type CommandName, type PlaceKind } from './backend';
import type { ChangeEvent } from './bindings';
import { SealedChannel } from './channel';

const CHANGE_EVENT = 'tern://change';
const MEDIA_SCHEME = 'tern-media';

type Told<K extends CommandName> = { answer: Answer<K> } | { error: unknown };

/** The page runs inside the desktop shell. */
export function insideShell(): boolean {
  return isTauri();
}

export class TauriBackend implements Backend {
  readonly #channel = new SealedChannel((command, message) => invoke<ArrayBuffer>(command, message));

  async call<K extends CommandName>(name: K, ...request: CallArguments<K>): Promise<Answer<K>> {
    try {
      const told = (await this.#channel.ask({ name, request: request[0] ?? null })) as Told<K>;
      if ('error' in told) throw toApiError(told.error);
      return told.answer;
    } catch (thrown) {
      throw toApiError(thrown);
    }
  }

  onChange(listener: (event: ChangeEvent) => void): Promise<() => void> {
    return listen<ChangeEvent>(CHANGE_EVENT, (event) => listener(event.payload));
  }

  mediaUrl(mediaId: string, size?: 'small'): string {
    // Practice pictures have a slash in their id; the scheme's path keeps it.
    return convertFileSrc('', MEDIA_SCHEME) + (size === 'small' ? `small/${mediaId}` : mediaId);
  }

  async choosePlace(kind: PlaceKind, name?: string): Promise<ChosenPlace | null> {
    try {
      return await invoke<ChosenPlace | null>('choose_place', { kind, name: name ?? null });
    } catch (thrown) {
      throw toApiError(thrown);
    }
  }

  async saveFile(name: string, content: string): Promise<string | null> {
    try {
      return await invoke<string | null>('save_file', { name, content });
    } catch (thrown) {
      throw toApiError(thrown);
    }
  }

  async saveMedia(mediaId: string, name: string): Promise<string | null> {
    try {
      return await invoke<string | null>('save_media', { mediaId, name });
    } catch (thrown) {
      throw toApiError(thrown);
    }
  }

  async showJobPlace(jobId: string, how: 'folder' | 'open'): Promise<void> {
    try {
      await invoke('show_job_place', { jobId, how });
    } catch (thrown) {
      throw toApiError(thrown);
    }
  }

  async windowReady(): Promise<void> {
    await invoke('window_ready');
  }

  async renewPage(): Promise<void> {
    try {
      await invoke('renew_page');
    } catch (thrown) {
      throw toApiError(thrown);
    }
  }

  async quit(sure = false): Promise<void> {
    await invoke('quit', { sure });
  }
}
