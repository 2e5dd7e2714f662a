/** One answer per command of the fake backend. */
import { ApiError, type Answer, type CommandName, type Request } from '../backend';
import type { AccountView, Change, JobView } from '../bindings';
import { backupCommands } from './backup';
import { cardCommands } from './cards';
import { deskCommands } from './desk';
import { fileKeyCommands } from './fileKey';
import { historyCommands } from './histories';
import { retentionCommands } from './retention';
import { handoverCommands } from './handover';
import { insightsCommands } from './insights';
import { measureText } from './measure';
import { notificationCommands } from './notifications';
import { peopleCommands } from './people';
import { practiceCommands } from './practice';
import { listConversations, listMessages } from './queries';
import { replyCommands } from './replies';
import { doctorReport } from './scenes';
import { searchCommands } from './search';
import { uuidFor } from './seed';
import { compose, leave, mark } from './sending';
import { teamCommands } from './team';
import { topicCommands } from './topics';
import { trialCommands } from './topicTrials';
import { verificationCommands } from './verification';
import { delivery, picture, settleRow, viewOf, type FakeConversation, type World } from './world';

const FINGERPRINT = '3F2A 91C0 77DE 0B5A 6E14 C2D9 88A1 40F3';

export interface Seams {
  world: World;
  changed: (conversation: FakeConversation) => void;
  tell: (change: Change) => void;
  later: (milliseconds: number, act: () => void) => void;
}

export type CommandTable = { [K in CommandName]: (request: Request<K>) => Answer<K> };

export function refuse(code: ApiError['code'], message: string, remedy = ''): never {
  throw new ApiError({ code, message, remedy, carrierCode: null, requestId: null });
}

export function commands(seams: Seams): CommandTable {
  const { world, changed, tell } = seams;

  const conversationOf = (id: number): FakeConversation =>
    world.conversations.get(id) ?? refuse('notFound', 'This conversation no longer exists.');
  const messageOf = (id: string) => {
    for (const conversation of world.conversations.values()) {
      const message = conversation.messages.find((it) => it.id === id);
      if (message) return { conversation, message };
    }
    return refuse('notFound', 'This text no longer exists.');
  };
  const enter = (line: 'practice' | 'account') => {
    world.status.phase = { kind: 'ready' };
    world.status.line = line;
    world.status.connection = { kind: 'online' };
    world.status.providerNumbers = [
      { number: '+18335550100', display: '+1 833 555 0100', name: 'Support line', sms: true, mms: true },
    ];
    tell({ kind: 'everything' });
    return world.status;
  };
  const account: AccountView = {
    accountSidMasked: 'AC4f••••••••••••••••••••••••••9c1e',
    keySidMasked: 'SK81••••••••••••••••••••••••••02ad',
    baseUrl: 'https://api.twilio.com',
    secretPresent: true,
    liveSince: world.now() - 12 * 86_400_000,
  };

  return {
    app_status: () => world.status,
    unlock: ({ passphrase }) => {
      const needsPassphrase = world.status.phase.kind === 'locked' && world.status.phase.needs === 'passphrase';
      if (needsPassphrase && passphrase !== 'correct horse') refuse('wrongKey', 'That passphrase is not right.', 'Check Caps Lock and try again.');
      return enter('account');
    },
    set_aside_and_rebuild: () => ({ status: enter('account'), texts: 18_240, fromBackup: null, missing: null, otherDesk: false, complete: false, keptAs: 'account-set-aside-1763700000000.tern' }),
    check_account: ({ accountSid }) => doctorReport(/^AC[0-9a-f]{32}$/i.test(accountSid)),
    connect_account: () => enter('account'),
    recheck_account: () => doctorReport(true),
    take_over_number: ({ number }) => {
      const report = doctorReport(true);
      const numbers = report.numbers.map((it) => (it.number === number ? { ...it, webhookHost: null } : it));
      return { ...report, numbers, findings: report.findings.filter((it) => it.number !== number) };
    },
    replace_credentials: () => enter('account'),
    account: () => (world.status.line === 'account' ? account : null),
    start_practice: () => enter('practice'),
    leave_line: () => {
      world.status.phase = { kind: 'firstRun', keychainAvailable: true, keychainProblem: null };
      world.status.line = null;
      tell({ kind: 'everything' });
      return world.status;
    },
    start_backfill: ({ days }) => {
      world.status.backfill = {
        state: { kind: 'running' },
        fetched: 0,
        reached: null,
        until: days === null ? null : world.now() - days * 86_400_000,
        perMinute: null,
        left: null,
      };
      tell({ kind: 'status' });
      return world.status;
    },
    pause_backfill: ({ paused }) => {
      if (world.status.backfill) world.status.backfill.state = { kind: paused ? 'paused' : 'running' };
      tell({ kind: 'status' });
      return world.status;
    },
    past_settings: () => ({ pictures: { kind: 'all' }, largestMb: null, limitKb: null }),
    update_past_settings: (settings) => settings,
    past_days: () => [],
    fetch_days: () => world.status,
    fetch_pictures: () => undefined,
    cancel_backfill: () => {
      if (world.status.backfill) world.status.backfill.state = { kind: 'cancelled' };
      tell({ kind: 'status' });
      return world.status;
    },

    prepare_export: (scope) => ({
      about: scope.kind === 'conversation' ? `${conversationOf(scope.conversationId).row.requester} with +1 833 555 0100` : scope.kind === 'person' ? 'everything with Maya Okafor' : 'texts that a search found',
      folder: '/data/Downloads/Tern',
      file: 'tern-conversation-2026-11-22-1.zip',
      texts: scope.kind === 'filter' ? null : 1_204,
      attached: scope.kind === 'filter' ? null : 31,
      attachedBytes: scope.kind === 'filter' ? null : 4_300_000,
      fingerprint: FINGERPRINT,
    }),
    export_key: () => ({ fingerprint: FINGERPRINT }),
    start_export: ({ place }) => {
      const folder = place.kind === 'typed' ? place.path : '';
      if (!folder.startsWith('/')) refuse('invalidInput', 'This is no whole path of a folder.', 'Enter it from its beginning, such as /data/Downloads.');
      const job: JobView = {
        id: `job-${world.jobs.length + 1}`,
        kind: 'export',
        about: 'Maya Okafor with +1 833 555 0100',
        step: 'Signing',
        unit: 'files',
        done: 0,
        total: null,
        remainingMs: null,
        startedAt: world.now(),
        canCancel: false,
        state: { kind: 'finished', message: '1,204 texts and 31 pictures and files exported and signed.', place: `${folder}/tern-conversation-2026-11-22-1.zip` },
      };
      world.jobs = [...world.jobs, job];
      tell({ kind: 'jobs' });
      return job;
    },
    jobs: () => world.jobs,
    cancel_job: ({ id }) => {
      const job = world.jobs.find((it) => it.id === id);
      if (job?.state.kind === 'running') Object.assign(job, { state: { kind: 'cancelled' }, canCancel: false });
      tell({ kind: 'jobs' });
      return world.jobs;
    },
    dismiss_job: ({ id }) => {
      world.jobs = world.jobs.filter((it) => it.id !== id);
      tell({ kind: 'jobs' });
      return world.jobs;
    },
    list_conversations: (request) => listConversations(world, request),
    conversation: ({ conversationId }) => viewOf(world, conversationOf(conversationId)),
    list_messages: (request) => listMessages(world, conversationOf(request.conversationId), request),
    timeline: ({ conversationId }) => conversationOf(conversationId).timeline,
    mark_read: ({ conversationId, upTo }) => {
      const conversation = conversationOf(conversationId);
      if (upTo <= conversation.readUpTo) return;
      conversation.readUpTo = upTo;
      changed(conversation);
    },
    act_on_conversation: ({ conversationId, act }) => {
      const conversation = conversationOf(conversationId);
      const interaction = conversation.interaction ?? refuse('notAllowed', 'There is nothing to act on.');
      const me = world.settings.agentName;
      if (act === 'askForHelp' || act === 'endHelp') {
        interaction.helpRequestedAt = act === 'askForHelp' ? world.now() : null;
        conversation.row.helpRequested = act === 'askForHelp';
        conversation.timeline.push({ at: world.now(), text: act === 'askForHelp' ? 'Asked a supervisor for help' : 'Needs no more help', actor: me });
        changed(conversation);
        return viewOf(world, conversation);
      }
      const outcomes = {
        take: { state: 'workInProgress', list: 'ongoing', words: `Taken by ${me}` },
        putBack: { state: 'new', list: 'new', words: 'Put back for others' },
        hold: { state: 'onHold', list: 'ongoing', words: 'Put on hold' },
        resume: { state: 'workInProgress', list: 'ongoing', words: 'Resumed' },
        finish: { state: 'closedComplete', list: 'done', words: 'Finished' },
        finishWithoutWrapUp: { state: 'closedComplete', list: 'done', words: 'Finished' },
      } as const;
      const outcome = outcomes[act];
      interaction.state = outcome.state;
      interaction.assignedTo = act === 'putBack' ? null : (interaction.assignedTo ?? me);
      interaction.closedAt = outcome.list === 'done' ? world.now() : null;
      conversation.row.list = outcome.list;
      conversation.timeline.push({ at: world.now(), text: outcome.words, actor: me });
      changed(conversation);
      return viewOf(world, conversation);
    },
    ...searchCommands(world),

    measure_text: ({ body }) => measureText(body),
    save_draft: ({ conversationId, body }) => {
      const conversation = conversationOf(conversationId);
      const media = conversation.draft?.media ?? [];
      conversation.draft = body === '' && media.length === 0 ? null : { body, media };
      settleRow(conversation);
      tell({ kind: 'conversation', conversationId });
    },
    attach_picture: ({ conversationId, fileName }) => {
      const conversation = conversationOf(conversationId);
      const draft = conversation.draft ?? { body: '', media: [] };
      draft.media.push(picture(`draft-${fileName}-${draft.media.length}`));
      conversation.draft = draft;
      changed(conversation);
      return draft;
    },
    remove_picture: ({ conversationId, mediaId }) => {
      const conversation = conversationOf(conversationId);
      const draft = conversation.draft ?? { body: '', media: [] };
      draft.media = draft.media.filter((it) => it.id !== mediaId);
      conversation.draft = draft;
      changed(conversation);
      return draft;
    },
    send_message: ({ conversationId, messageId, body }) => {
      const conversation = conversationOf(conversationId);
      const known = conversation.messages.find((it) => it.id === messageId);
      if (known) return known;
      if (conversation.cannotSend) refuse('optedOut', conversation.cannotSend);
      if (measureText(body).overLimitBy > 0) refuse('textTooLong', 'The text is over 1600 characters.', 'Shorten it or send it in two.');
      return compose(seams, conversation, messageId, body);
    },
    undo_send: ({ messageId }) => {
      const { conversation, message } = messageOf(messageId);
      if (message.delivery.mark !== 'held') refuse('notAllowed', 'It has already left.');
      conversation.messages = conversation.messages.filter((it) => it !== message);
      conversation.draft = { body: message.body, media: message.media };
      changed(conversation);
      return conversation.draft;
    },
    retry_send: ({ messageId }) => {
      const { conversation, message } = messageOf(messageId);
      message.delivery = delivery('canceled', { words: 'Sent again' });
      return compose(seams, conversation, uuidFor(world.nextPosition + 500_000), message.body);
    },
    settle_uncertain: ({ messageId, verdict }) => {
      const { conversation, message } = messageOf(messageId);
      if (verdict === 'wasSent') mark(seams, conversation, message, delivery('sent'));
      else if (verdict === 'discard') mark(seams, conversation, message, delivery('canceled'));
      else if (verdict === 'sendAgain') leave(seams, conversation, message);
      return message;
    },
    redact_message: ({ messageId }) => {
      const { conversation, message } = messageOf(messageId);
      message.body = '';
      message.media = [];
      message.redacted = true;
      message.removal = { secure: null, by: 'You', at: Date.now(), carrier: 'done', words: 'Twilio’s copy is empty too.' };
      changed(conversation);
      return message;
    },
    retry_wipe: ({ messageId }) => messageOf(messageId).message,
    wipe_state: () => ({ waiting: 0, failed: 0, mayRemove: true }),

    lock_app: () => world.status,
    unlock_app: () => world.status,
    note_activity: () => undefined,
    app_lock_settings: () => ({ on: false, idleMinutes: 10, onSuspend: true, required: false, asksCode: false, codeSince: null, opensWith: null, mayRequire: true }),
    save_app_lock_settings: (rules) => ({ ...rules, codeSince: null, opensWith: 'pin' as const, mayRequire: true }),
    begin_lock_code: () => refuse('notAllowed', 'The fake has no lock.'),
    confirm_lock_code: () => refuse('notAllowed', 'The fake has no lock.'),
    remove_lock_code: () => refuse('notAllowed', 'The fake has no lock.'),
    settings: () => world.settings,
    notification_state: () => ({ silence: world.settings.notificationStyle === 'none' ? { kind: 'off' as const } : null, changesAt: null, desktop: null }),
    try_notification: () => ({ silence: null, changesAt: null, desktop: null }),
    try_sound: () => ({ silence: null, changesAt: null, desktop: null }),
    update_settings: (settings) => {
      if (settings.mediaBaseUrl !== null && !settings.mediaBaseUrl.startsWith('https://')) {
        refuse('invalidInput', 'The address of the picture folder has to start with https://.', 'Twilio fetches pictures over HTTPS only.');
      }
      world.settings = { ...settings };
      tell({ kind: 'settings' });
      return world.settings;
    },
    change_passphrase: ({ current }) => {
      if (current !== 'correct horse') refuse('wrongKey', 'The current passphrase is not right.', 'Check Caps Lock and try again.');
    },
    ...backupCommands(seams),
    ...fileKeyCommands(seams),
    ...historyCommands(),
    ...retentionCommands(seams),
    ...deskCommands(seams, conversationOf),
    ...handoverCommands(seams, conversationOf),
    ...replyCommands(world, conversationOf),
    ...cardCommands(),
    ...notificationCommands(),
    ...peopleCommands(seams),
    ...verificationCommands(),
    ...teamCommands(seams),
    ...practiceCommands(seams),
    ...topicCommands(seams),
    ...trialCommands(),
    ...insightsCommands(world),
  };
}
