/** What an edge of the canvas tells the canvas around it. */
import type { ChosenWay } from './designer.svelte';

export const INSERT = Symbol('insert');

export interface Insert {
  /** The edge under the pointer. */
  readonly hovered: string | null;
  /** Whoever sits here may change the topic. */
  readonly may: boolean;
  /** Asks which step to put on a way. */
  open: (way: ChosenWay) => void;
}
