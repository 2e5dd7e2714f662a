/** The development server's backend: HTTP and server-sent events on the page's own origin. */
import { ApiError, toApiError, type Answer, type Backend, type CallArguments, type CommandName } from './backend';
import type { ChangeEvent } from './bindings';

export class HttpBackend implements Backend {
  async call<K extends CommandName>(name: K, ...request: CallArguments<K>): Promise<Answer<K>> {
    let response: Response;
    try {
      response = await fetch(`/call/${name}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(request[0] ?? null),
      });
    } catch {
      throw new ApiError({
        code: 'internal',
        message: 'The development server does not answer.',
        remedy: 'Start it again with `cargo xtask web`.',
        carrierCode: null,
        requestId: null,
      });
    }
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw toApiError(body);
    return body as Answer<K>;
  }

  onChange(listener: (event: ChangeEvent) => void): Promise<() => void> {
    const source = new EventSource('/events');
    source.onmessage = (message: MessageEvent<string>) => listener(JSON.parse(message.data) as ChangeEvent);
    return new Promise((resolve) => {
      const ready = () => resolve(() => source.close());
      source.addEventListener('open', ready, { once: true });
      // The source reconnects by itself; a first failure must not keep the window from starting.
      source.addEventListener('error', ready, { once: true });
    });
  }

  mediaUrl(mediaId: string, size?: 'small'): string {
    return size === 'small' ? `/media/small/${mediaId}` : `/media/${mediaId}`;
  }
}
