import type { Backend } from '../../../ipc';

/** What a pane shows on a node of the canvas. */
export interface NodeMark {
  path?: boolean;
  count?: string;
  loss?: string;
  failed?: boolean;
}

/** The topic on the canvas, as the panes beside it see it. */
export interface Draft {
  readonly backend: Backend;
  /** Its name as it was saved. */
  readonly name: string;
  /** The file as it is drawn now. */
  readonly text: string;
  readonly file: {
    readonly name: string;
    readonly displayName: string;
    readonly start: string;
    readonly keywords?: readonly string[];
    readonly nodes: readonly ({ readonly id: string; readonly name?: string } & Readonly<Record<string, unknown>>)[];
  };
  /** The one node that is chosen. */
  readonly node: { readonly id: string; readonly name?: string } | undefined;
  /** Whoever sits here may change topics and their tests. */
  readonly administers: boolean;
  marks: ReadonlyMap<string, NodeMark>;
  select(id: string | null): void;
}

/** What people call a node: its name, or its id while it has none. */
export function nodeTitle(draft: Draft, id: string): string {
  return draft.file.nodes.find((it) => it.id === id)?.name?.trim() || id;
}
