/** What is configured about wrap-up: changed as a whole, with a way back. */
import { toApiError, type Backend, type WrapUpConfigurationEntry, type WrapUpProblemView, type WrapUpSettings } from '../../ipc';
import { inOneLine } from '../../lib/errors';
import type { Toasts } from '../../ui';

export class WrapUpSettingsStore {
  settings = $state.raw<WrapUpSettings | null>(null);
  problem = $state<string | null>(null);

  readonly #backend: Backend;
  readonly #toasts: Toasts;

  constructor(backend: Backend, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
  }

  async load(): Promise<void> {
    try {
      this.settings = await this.#backend.call('wrap_up_settings');
    } catch (thrown) {
      this.problem = inOneLine(toApiError(thrown));
    }
  }

  /** What is wrong with settings, wherever it is. */
  async check(next: WrapUpSettings): Promise<WrapUpProblemView[]> {
    try {
      return await this.#backend.call('check_wrap_up_settings', next);
    } catch (thrown) {
      this.problem = inOneLine(toApiError(thrown));
      return [];
    }
  }

  /** Replaces the settings, says so, and offers the way back. */
  async change(next: WrapUpSettings, words: string): Promise<boolean> {
    const before = this.settings;
    if (!(await this.#replace(next))) return false;
    this.#toasts.show(words, before ? { action: { label: 'Undo', run: () => void this.#replace(before) } } : {});
    return true;
  }

  async #replace(next: WrapUpSettings): Promise<boolean> {
    try {
      this.settings = await this.#backend.call('save_wrap_up_settings', next);
      this.problem = null;
      return true;
    } catch (thrown) {
      this.problem = inOneLine(toApiError(thrown));
      return false;
    }
  }
}

/** The settings with one configuration more, or changed. */
export function withConfiguration(settings: WrapUpSettings, it: WrapUpConfigurationEntry): WrapUpSettings {
  const known = settings.configurations.some((other) => other.id === it.id);
  const configurations = known ? settings.configurations.map((other) => (other.id === it.id ? it : other)) : [...settings.configurations, it];
  return { ...settings, configurations };
}

/** The settings without a code; `null` where that would let a configuration offer every code instead of this one. */
export function withoutCode(settings: WrapUpSettings, codeId: string): WrapUpSettings | null {
  const only = settings.configurations.some((it) => it.codeIds.length === 1 && it.codeIds[0] === codeId);
  if (only) return null;
  return {
    ...settings,
    codes: settings.codes.filter((code) => code.id !== codeId),
    configurations: settings.configurations.map((it) => ({
      ...it,
      codeIds: it.codeIds.filter((id) => id !== codeId),
      defaultCodeId: it.defaultCodeId === codeId ? null : it.defaultCodeId,
    })),
  };
}
