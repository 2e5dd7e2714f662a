/** What is being written in a conversation: to the customer, or to colleagues alone. */
export type Writing = 'text' | 'whisper' | 'note';

/** The modes to choose from. A whisper needs somebody to hear it. */
export function modesFor(requester: string, whisperReaches: readonly string[]): { value: Writing; label: string }[] {
  return [
    { value: 'text', label: `Text to ${requester}` },
    { value: 'whisper', label: `Whisper to ${listed(whisperReaches)}` },
    { value: 'note', label: 'Private note' },
  ];
}

/** Names as people list them. */
export function listed(names: readonly string[]): string {
  const last = names[names.length - 1] ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
