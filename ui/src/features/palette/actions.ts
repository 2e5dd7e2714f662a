/** What the palette lists and the shortcut sheet shows. */
export interface PaletteAction {
  id: string;
  group: string;
  label: string;
  /** Keys as they are shown, e.g. `Ctrl K`; `null` where there are none. */
  keys: string | null;
  /** `false`: cannot be done now. */
  available?: boolean;
  /** The keys work while text is typed, too. */
  whileTyping?: boolean;
  /** Not listed in the palette. */
  hidden?: boolean;
  /** What else people call it. */
  words?: string;
  /** Listed only once something is typed: there are many of its kind. */
  onlyAsked?: boolean;
  run: () => void;
}

export interface ActionGroup {
  group: string;
  actions: PaletteAction[];
}

export function grouped(actions: readonly PaletteAction[]): ActionGroup[] {
  const groups: ActionGroup[] = [];
  for (const action of actions) {
    const group = groups.find((it) => it.group === action.group);
    if (group) group.actions.push(action);
    else groups.push({ group: action.group, actions: [action] });
  }
  return groups;
}

/** Every word that was typed begins somewhere in the name. */
export function matches(name: string, typed: string): boolean {
  const lower = name.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
