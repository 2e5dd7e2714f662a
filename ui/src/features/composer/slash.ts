/** The `/` picker's text work: when it opens, what it finds, and what it puts where. No DOM in here. */

/** What the picker offers: a canned reply, or something the desk can do. */
export interface SlashEntry {
  id: string;
  kind: 'reply' | 'action';
  /** What is typed after the slash. */
  shortName: string;
  title: string;
  /** A reply's text; empty for an action. */
  text: string;
  /** Parts a reply costs; 0 for an action. */
  segments: number;
}

/** Something the desk can do, by its slash name. */
export interface QuickAction {
  name: string;
  title: string;
  run: () => void;
}

export interface SlashQuery {
  /** Where the slash stands. */
  start: number;
  /** Where the caret is. */
  end: number;
  /** What was typed after the slash. */
  query: string;
}

const LONGEST_QUERY = 40;

/** The picker's query at the caret: a slash at a word's start, and a few words without a line break after it. */
export function slashQuery(text: string, caret: number): SlashQuery | null {
  const before = text.slice(0, caret);
  const start = before.lastIndexOf('/');
  if (start < 0 || caret - start > LONGEST_QUERY) return null;
  const isWordStart = start === 0 || /\s/.test(before[start - 1] ?? '');
  const query = before.slice(start + 1);
  if (!isWordStart || /[\n/]/.test(query) || /^\s/.test(query) || /\s\s/.test(query)) return null;
  return { start, end: caret, query };
}

/** Puts a reply in the place of what was typed to find it; answers the text and where the caret goes. */
export function insertReply(text: string, query: SlashQuery, reply: string): { text: string; start: number; end: number } {
  const before = text.slice(0, query.start);
  const after = text.slice(query.end);
  const glue = after === '' || /^\s/.test(after) ? '' : ' ';
  const whole = before + reply + glue + after;
  const blank = /\{\{[^{}]*\}\}/.exec(reply);
  if (blank) return { text: whole, start: query.start + blank.index, end: query.start + blank.index + blank[0].length };
  const end = query.start + reply.length;
  return { text: whole, start: end, end };
}

/** How well a name fits what was typed; `null` if it does not. Lower is better. */
export function fit(name: string, typed: string): number | null {
  const lower = name.toLowerCase();
  const wanted = typed.toLowerCase().trim();
  if (wanted === '') return 0;
  if (lower === wanted) return 0;
  if (lower.startsWith(wanted)) return 1;
  if (lower.split(/[\s_-]+/).some((word) => word.startsWith(wanted))) return 2;
  if (lower.includes(wanted)) return 3;
  return isSpread(lower, wanted) ? 4 : null;
}

/** The typed letters appear in their order, the first one at a word's start, with little between them. */
function isSpread(name: string, typed: string): boolean {
  const letters = typed.replace(/\s+/g, '');
  for (const match of name.matchAll(/(?:^|[\s_-])(\S)/g)) {
    const start = match.index + match[0].length - 1;
    let at = start;
    const all = [...letters].every((letter, index) => {
      const found = index === 0 ? (name[start] === letter ? start : -1) : name.indexOf(letter, at + 1);
      at = found;
      return found >= 0;
    });
    if (all && at - start <= letters.length * 3) return true;
  }
  return false;
}

/** What was typed by name, then by title, then by words of the text; at most so many. */
export function findEntries(entries: readonly SlashEntry[], typed: string, most = 30): SlashEntry[] {
  const scored = entries.flatMap((entry, index) => {
    const byName = fit(entry.shortName, typed);
    const byTitle = fit(entry.title, typed);
    const byText = entry.text !== '' && typed.trim().length > 2 && entry.text.toLowerCase().includes(typed.trim().toLowerCase()) ? 0 : null;
    const score = byName ?? (byTitle === null ? (byText === null ? null : 20) : byTitle + 10);
    return score === null ? [] : [{ entry, score, index }];
  });
  scored.sort((a, b) => a.score - b.score || a.index - b.index);
  return scored.slice(0, most).map((it) => it.entry);
}
