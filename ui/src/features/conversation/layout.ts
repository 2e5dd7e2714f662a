/** How a thread is laid out: where days begin, which texts belong together, where the divider goes. */
import type { MessageView, NoteView } from '../../ipc';
import { daysBetween } from '../../lib/time';

/** Texts of one writer that follow each other within this time are one group. */
const GROUP_WITHIN = 5 * 60_000;

export interface LaidOut {
  message: MessageView;
  /** Private notes written between the text before and this one. */
  notesAbove: readonly NoteView[];
  /** A new day starts here. */
  startsDay: boolean;
  /** The unread divider goes above. */
  unreadAbove: boolean;
  startsGroup: boolean;
  endsGroup: boolean;
  /** Words about the delivery belong under this one. */
  showsDelivery: boolean;
  /** The one above has words below it, so this one keeps a little distance. */
  followsWords: boolean;
  /** It failed, and the same words were sent again since: offering that once more would double them. */
  sentAgain: boolean;
}

/** Notes written after the last text. */
export function notesBelow(messages: readonly MessageView[], notes: readonly NoteView[]): NoteView[] {
  const last = messages[messages.length - 1];
  return last ? notes.filter((note) => note.at >= last.at) : [...notes];
}

export function layOut(messages: readonly MessageView[], divider: number | null, notes: readonly NoteView[] = []): LaidOut[] {
  let wordsAbove = false;
  const again = sentAgain(messages);
  const unread = divider === null ? -1 : messages.findIndex((it) => it.position >= divider);
  return messages.map((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    const startsDay = !before || daysBetween(before.at, message.at) !== 0;
    const unreadAbove = index === unread;
    const notesAbove = before ? notes.filter((note) => note.at >= before.at && note.at < message.at) : [];
    const startsGroup = startsDay || unreadAbove || notesAbove.length > 0 || !belongTogether(before, message);
    const nextUnread = unread === index + 1;
    const endsGroup = nextUnread || !after || daysBetween(message.at, after.at) !== 0 || !belongTogether(message, after);
    const showsDelivery =
      endsGroup || message.delivery.problem !== null || (message.direction === 'outbound' && after?.delivery.mark !== message.delivery.mark);
    const followsWords = wordsAbove && !startsGroup;
    wordsAbove = showsDelivery;
    return {
      message,
      notesAbove,
      startsDay,
      unreadAbove,
      startsGroup,
      endsGroup,
      showsDelivery,
      followsWords,
      sentAgain: again.has(message.id),
    };
  });
}

/** Ids of failed texts after which the same was sent again. */
function sentAgain(messages: readonly MessageView[]): ReadonlySet<string> {
  const ids = new Set<string>();
  const later = new Set<string>();
  for (const message of messages.toReversed()) {
    if (message.direction !== 'outbound') continue;
    const content = `${message.media.length} ${message.body}`;
    if (message.delivery.mark === 'failed' && later.has(content)) ids.add(message.id);
    if (message.delivery.mark !== 'canceled') later.add(content);
  }
  return ids;
}

function belongTogether(a: MessageView | undefined, b: MessageView): boolean {
  return a !== undefined && a.direction === b.direction && a.author === b.author && b.at - a.at < GROUP_WITHIN;
}

export interface TextRun {
  text: string;
  /** The run is a web address. */
  link: boolean;
}

const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"']+/giu;

/** Splits a text at web addresses. They are drawn as words to look at, never as anchors. */
export function splitLinks(body: string): TextRun[] {
  const runs: TextRun[] = [];
  let at = 0;
  for (const match of body.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/u, '');
    if (match.index > at) runs.push({ text: body.slice(at, match.index), link: false });
    runs.push({ text: address, link: true });
    at = match.index + address.length;
  }
  if (at < body.length) runs.push({ text: body.slice(at), link: false });
  return runs;
}
