/** Short notices at the foot of the window, some with a way back. */
import { getContext, setContext } from 'svelte';

const KEY = Symbol('toasts');
const STAYS = 6_000;

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action: { label: string; run: () => void } | null;
}

export interface ToastOptions {
  tone?: Toast['tone'];
  action?: Toast['action'];
  /** Milliseconds on screen. */
  stays?: number;
}

export class Toasts {
  items = $state<Toast[]>([]);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, options: ToastOptions = {}): number {
    const id = this.#next++;
    this.items.push({ id, text, tone: options.tone ?? 'plain', action: options.action ?? null });
    this.#makeRoom();
    const stays = options.stays ?? (options.tone === 'bad' ? STAYS * 1.5 : STAYS);
    this.#timers.set(id, setTimeout(() => this.dismiss(id), stays));
    return id;
  }

  /** What can be taken back and was done last; the action runs once. */
  undo(): boolean {
    const last = this.items.findLast((it) => it.action !== null);
    if (!last) return false;
    this.dismiss(last.id);
    last.action?.run();
    return true;
  }

  /** The newest notice stays, and beside it the newest one before it that has a way back. */
  #makeRoom(): void {
    const newest = this.items.at(-1);
    const wayBack = this.items.slice(0, -1).findLast((it) => it.action !== null);
    for (const item of this.items) if (item !== newest && item !== wayBack) this.dismiss(item.id);
  }

  /** Takes every notice away, ways back included. */
  clear(): void {
    for (const item of this.items) this.dismiss(item.id);
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.items = this.items.filter((it) => it.id !== id);
  }
}

export function provideToasts(toasts: Toasts): void {
  setContext(KEY, toasts);
}

export function useToasts(): Toasts {
  return getContext<Toasts>(KEY);
}
