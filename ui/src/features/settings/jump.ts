/** Brings a setting into sight and marks it for a moment. */
import type { SettingEntry } from './entries';

/** How long a page may take to be there, milliseconds. */
const PATIENCE = 4_000;
const MARKED_FOR = 2_400;
const MARK = 'setting-found';

/** Where names of settings stand. */
const NAMES = 'h3, h4, legend, label, .label, button, summary';

/** The innermost thing on the page that carries this name. */
export function namedIn(page: ParentNode, label: string): HTMLElement | null {
  const said = (element: Element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim();
  const named = [...page.querySelectorAll<HTMLElement>(NAMES)].filter(isShown);
  return named.find((element) => said(element) === label) ?? named.find((element) => said(element).startsWith(label)) ?? null;
}

/** A legend has no box of its own: it shows where its fieldset does. */
function isShown(element: HTMLElement): boolean {
  const box = element.closest('legend')?.parentElement ?? element;
  return box.getClientRects().length > 0;
}

/** What is marked: the whole setting with its control, and not its name alone; never a whole page. */
function settingOf(name: HTMLElement): HTMLElement {
  return name.closest<HTMLElement>('.field, .toggle, fieldset:not(.admin-only)') ?? name;
}

function control(setting: HTMLElement): HTMLElement | null {
  const own = 'button:not([disabled]), input:not([disabled]), select, textarea';
  return setting.matches(own) ? setting : setting.querySelector<HTMLElement>(own);
}

/**
 * Waits until the setting is on its page, opening the form that holds it, and marks it.
 * Answers whether it was found; the caller may go on meanwhile.
 */
export async function jumpTo(entry: SettingEntry, page: () => ParentNode | null): Promise<boolean> {
  const end = performance.now() + PATIENCE;
  let opened = false;
  while (performance.now() < end) {
    const shown = page();
    const name = shown && namedIn(shown, entry.label);
    if (name) {
      mark(settingOf(name));
      return true;
    }
    const opener = entry.opens && !opened ? shown?.querySelector<HTMLElement>(`[data-testid="${entry.opens}"]`) : null;
    if (opener) {
      opened = true;
      if (opener.getAttribute('aria-expanded') !== 'true') opener.click();
    }
    await new Promise((painted) => requestAnimationFrame(painted));
  }
  return false;
}

function mark(setting: HTMLElement): void {
  setting.scrollIntoView({ block: 'center' });
  setting.classList.add(MARK);
  setTimeout(() => setting.classList.remove(MARK), MARKED_FOR);
  control(setting)?.focus({ preventScroll: true });
}
