/** Puts theme and density on the document, where the tokens look for them. */
import type { Density, Theme } from '../ipc';

const DARK = '(prefers-color-scheme: dark)';
const CONTRAST = '(prefers-contrast: more)';

export function resolveTheme(theme: Theme, prefersDark: boolean, prefersContrast: boolean): Exclude<Theme, 'system'> {
  if (theme !== 'system') return theme;
  if (prefersContrast) return 'highContrast';
  return prefersDark ? 'dark' : 'light';
}

/** Applies both now and whenever the system changes its mind; the answer stops following it. */
export function followAppearance(theme: Theme, density: Density): () => void {
  const dark = window.matchMedia(DARK);
  const contrast = window.matchMedia(CONTRAST);
  const apply = () => {
    document.documentElement.dataset.theme = resolveTheme(theme, dark.matches, contrast.matches);
    document.documentElement.dataset.density = density;
  };
  apply();
  dark.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  return () => {
    dark.removeEventListener('change', apply);
    contrast.removeEventListener('change', apply);
  };
}
