/** A text in runs, for the layer behind the field that marks what keeps it from being sent. */
import type { FindingKindView, FindingView } from '../../ipc';

export interface MarkedRun {
  text: string;
  kind: FindingKindView | null;
  name: string;
}

/** Cuts the text at the findings; what lies outside of it or overlaps is left out. */
export function markedRuns(text: string, findings: readonly FindingView[]): MarkedRun[] {
  const runs: MarkedRun[] = [];
  let at = 0;
  for (const { start, end, kind, name } of findings) {
    if (start < at || end > text.length || end <= start) continue;
    if (start > at) runs.push({ text: text.slice(at, start), kind: null, name: '' });
    runs.push({ text: text.slice(start, end), kind, name });
    at = end;
  }
  if (at < text.length) runs.push({ text: text.slice(at), kind: null, name: '' });
  return runs;
}
