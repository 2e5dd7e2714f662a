/** What the fake backend remembers, and the few ways to change it consistently. */
import type {
  AppStatus,
  AutopilotView,
  ConversationRow,
  ConversationView,
  DeliveryMark,
  DeliveryView,
  DraftView,
  HandoverView,
  Handset,
  HandsetText,
  InteractionView,
  JobView,
  MediaView,
  MessageView,
  MessagingActionView,
  NoteView,
  PicturesView,
  PracticeConditions,
  SavedViewRow,
  Settings,
  TimelineEntry,
  WrapUpSettings,
} from '../bindings';

export interface FakeConversation {
  row: ConversationRow;
  territory: string | null;
  interaction: InteractionView | null;
  messages: MessageView[];
  timeline: TimelineEntry[];
  draft: DraftView | null;
  cannotSend: string | null;
  readUpTo: number;
  notes: NoteView[];
  handover: HandoverView | null;
  autopilot: AutopilotView | null;
  withBot: boolean;
}

export interface World {
  now: () => number;
  status: AppStatus;
  settings: Settings;
  conversations: Map<number, FakeConversation>;
  handsets: Handset[];
  handsetTexts: Map<string, HandsetText[]>;
  conditions: PracticeConditions;
  views: SavedViewRow[];
  actions: MessagingActionView[];
  wrapUp: WrapUpSettings;
  jobs: JobView[];
  nextPosition: number;
}

export const WORDS: Record<DeliveryMark, string> = {
  received: 'Received',
  held: 'Leaves in a moment',
  waiting: 'Waiting for the network',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  failed: 'Not delivered',
  uncertain: 'Not sure whether it left',
  canceled: 'Canceled',
};

export function delivery(mark: DeliveryMark, more: Partial<DeliveryView> = {}): DeliveryView {
  return { mark, words: WORDS[mark], heldUntil: null, askFrom: null, problem: null, ...more };
}

export function spaced(number: string): string {
  const digits = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return digits ? `+1 ${digits[1]} ${digits[2]} ${digits[3]}` : number;
}

/** Brings the row in line with the thread, as the store does in one transaction. */
export function settleRow(conversation: FakeConversation): void {
  const { row, messages } = conversation;
  const last = messages[messages.length - 1];
  row.unread = messages.filter((it) => it.direction === 'inbound' && it.position > conversation.readUpTo).length;
  row.needsAttention = messages.some((it) => it.delivery.mark === 'failed' || it.delivery.mark === 'uncertain');
  row.hasDraft = conversation.draft !== null && (conversation.draft.body !== '' || conversation.draft.media.length > 0);
  if (!last) return;
  row.preview = last.body.replace(/\s+/g, ' ').slice(0, 140);
  row.previewDirection = last.direction;
  row.previewByVirtualAgent = last.authorKind === 'virtual_agent';
  row.previewDelivery = last.direction === 'outbound' ? last.delivery : null;
  row.previewHasMedia = last.media.length > 0;
  row.previewPictures = picturesOf(last.media);
  row.lastAt = last.at;
}

export function viewOf(world: World, conversation: FakeConversation): ConversationView {
  const provider = world.status.providerNumbers.find((it) => it.number === conversation.row.providerNumber);
  // Only where the virtual agent has been before: the other stories are of desks without one.
  const owns = conversation.handover !== null && !conversation.withBot && conversation.interaction?.state === 'workInProgress';
  return {
    row: { ...conversation.row },
    requesterDisplay: spaced(conversation.row.requesterNumber),
    requesterTerritory: conversation.territory,
    providerDisplay: spaced(conversation.row.providerNumber),
    providerName: provider?.name ?? '',
    interaction: conversation.interaction ? { ...conversation.interaction } : null,
    liveGroup: null,
    virtualAgent: {
      hasIt: conversation.withBot,
      autopilot: conversation.autopilot,
      mayHandBack: owns && conversation.autopilot === null,
      mayRunTopic: owns && conversation.autopilot === null,
      mayStopTopic: conversation.autopilot !== null,
    },
    handover: conversation.withBot ? null : conversation.handover,
    work: conversation.interaction?.state === 'new' ? { waitingSince: conversation.interaction.openedAt, queue: 'All texts', offeredTo: null, isHandedOn: false, exceededTarget: false, estimate: null } : null,
    wrapUp: null,
    isHeld: false,
    wrapsUp: false,
    stopQuestion: null,
    cannotSend: conversation.cannotSend,
    cannotSendPictures:
      world.status.line === 'account' && world.settings.mediaBaseUrl === null
        ? 'Twilio has to fetch pictures from a public address, and none is set up. Add one under Settings → Sending.'
        : null,
    draft: conversation.draft ? structuredClone(conversation.draft) : null,
    firstAt: conversation.messages[0]?.at ?? null,
    messageCount: conversation.messages.length,
  };
}

/** What lists show of a text's pictures. */
export function picturesOf(media: readonly MediaView[]): PicturesView | null {
  const shown = media.find((it) => it.state === 'image') ?? media[0];
  return shown ? { shown, count: media.length } : null;
}

export function picture(id: string, state: MediaView['state'] = 'image', note: string | null = null): MediaView {
  const known = state === 'image';
  return {
    id,
    contentType: known ? 'image/jpeg' : null,
    state,
    size: known ? 248_000 : null,
    width: known ? 800 : null,
    height: known ? 600 : null,
    note,
    fileName: known || state === 'file' ? 'attachment-1.jpg' : null,
    canAskAgain: false,
  };
}

export const DEFAULT_SETTINGS: Settings = {
  notificationStyle: 'nameOnly',
  notificationSound: true,
  notificationKinds: {
    newWork: { shown: true, heard: true },
    ongoing: { shown: true, heard: true },
    others: { shown: true, heard: true },
    offer: { shown: true, heard: true },
    reminder: { shown: true, heard: true },
  },
  notificationRepeat: null,
  quietHours: [[], [], [], [], [], [], []],
  silentPresence: [],
  theme: 'system',
  density: 'comfortable',
  agentName: 'Robin Vale',
  undoSeconds: 5,
  lateAfterMinutes: 60,
  defaultTerritory: null,
  mediaBaseUrl: 'https://pictures.example.org/tern/',
  webhookBaseUrl: null,
  closeToTray: true,
  startAtLogin: false,
  enterSends: true,
};
