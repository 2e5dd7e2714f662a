/** Starting points of the fake: `?fake=<scene>`. */
import type { ApiError, AppStatus, DoctorReport, JobView, Phase, ProviderNumberView } from '../bindings';

export type FakeScene =
  | 'desk'
  | 'practice'
  | 'first-run'
  | 'first-run-no-keychain'
  | 'locked'
  | 'locked-keychain'
  | 'rotating'
  | 'damaged'
  | 'damaged-in-use'
  | 'newer'
  | 'offline'
  | 'refused'
  | 'backfill'
  | 'jobs'
  | 'empty';

const SCENES: readonly FakeScene[] = [
  'desk',
  'practice',
  'first-run',
  'first-run-no-keychain',
  'locked',
  'locked-keychain',
  'rotating',
  'damaged',
  'damaged-in-use',
  'newer',
  'offline',
  'refused',
  'backfill',
  'jobs',
  'empty',
];

export function fakeScene(name: string): FakeScene {
  return SCENES.find((it) => it === name) ?? 'desk';
}

export function apiError(code: ApiError['code'], message: string, remedy = ''): ApiError {
  return { code, message, remedy, carrierCode: null, requestId: null };
}

const NUMBERS: ProviderNumberView[] = [
  { number: '+18335550100', display: '+1 833 555 0100', name: 'Support line', sms: true, mms: true },
];

export function statusOf(scene: FakeScene, now: number): AppStatus {
  const phase = phaseOf(scene);
  const ready = phase.kind === 'ready';
  return {
    phase,
    line: ready ? (scene === 'practice' ? 'practice' : 'account') : null,
    connection:
      scene === 'offline'
        ? { kind: 'offline', since: now - 4 * 60_000 }
        : scene === 'refused'
          ? {
              kind: 'refused',
              error: apiError('credentials', 'Twilio no longer accepts the API key of this laptop.', 'Make a new key at Twilio and put it in under Settings → Account.'),
            }
          : ready
            ? { kind: 'online' }
            : { kind: 'notConnected' },
    backfill:
      scene === 'backfill'
        ? { state: { kind: 'running' }, fetched: 18_240, reached: now - 96 * 86_400_000, until: now - 365 * 86_400_000, perMinute: 2_400, left: 22 * 60_000 }
        : null,
    revision: 1,
    waitingToSend: ready ? 1 : 0,
    uncertainSends: ready ? 1 : 0,
    version: '0.1.0',
    fileDamaged: scene === 'damaged-in-use',
    canLock: ready,
    providerNumbers: ready ? NUMBERS : [],
    webhooks: null,
  };
}

function phaseOf(scene: FakeScene): Phase {
  switch (scene) {
    case 'first-run':
      return { kind: 'firstRun', keychainAvailable: true, keychainProblem: null };
    case 'first-run-no-keychain':
      return {
        kind: 'firstRun',
        keychainAvailable: false,
        keychainProblem: 'No keyring service is running on this computer.',
      };
    case 'locked':
      return { kind: 'locked', needs: 'passphrase', message: 'Tern’s file on this laptop is locked with your passphrase.', canRecover: true };
    case 'locked-keychain':
      return { kind: 'locked', needs: 'keychain', message: 'The key to Tern’s file is in your keychain, and the keychain is locked.', canRecover: false };
    case 'rotating':
      return { kind: 'rotating', progress: { step: 'texts', done: 412_000_000, total: 1_180_000_000, canCancel: true } };
    case 'damaged':
      return {
        kind: 'blocked',
        error: apiError('fileDamaged', 'Tern’s file on this laptop is damaged and cannot be read.', 'Tern can set it aside, unchanged, and build a new one from what is readable and from Twilio.'),
        offers: ['retry', 'setAsideAndRebuild', 'quit'],
      };
    case 'newer':
      return {
        kind: 'blocked',
        error: apiError('fileTooNew', 'Tern’s file was written by a newer version of Tern.', 'Install the newest Tern; nothing was changed.'),
        offers: ['retry', 'quit'],
      };
    default:
      return { kind: 'ready' };
  }
}

/** One job of each outcome. */
export function jobsOf(scene: FakeScene, now: number): JobView[] {
  if (scene !== 'jobs') return [];
  const job: JobView = {
    id: 'job-1',
    kind: 'export',
    about: 'Maya Lindqvist',
    step: 'Writing texts',
    unit: 'texts',
    done: 412_000,
    total: 1_000_000,
    remainingMs: 130_000,
    startedAt: now - 90_000,
    canCancel: true,
    state: { kind: 'running' },
  };
  const place = '/data/Downloads/Tern/tern-conversation-2026-11-22.zip';
  return [
    { ...job, id: 'job-3', about: 'Texts of October', state: { kind: 'finished', message: '1,204 texts and 31 pictures exported and signed.', place } },
    {
      ...job,
      id: 'job-2',
      kind: 'backup',
      about: '',
      state: { kind: 'failed', error: apiError('diskFull', 'The disk is full, so the backup could not be written.', 'Make room and try again. Nothing was left behind.') },
    },
    job,
  ];
}

export function doctorReport(keyWorks: boolean): DoctorReport {
  if (!keyWorks) {
    return {
      accountName: null,
      trial: false,
      findings: [
        { check: 'network', level: 'fine', title: 'Twilio can be reached', detail: 'Answered in 84 ms.', remedy: '', number: null, offer: null },
        {
          check: 'credentials',
          level: 'problem',
          title: 'Twilio refuses these credentials',
          detail: 'The account SID and the secret do not belong together, or the key was revoked.',
          remedy: 'Copy both again from the Twilio console, under Account → API keys & tokens.',
          number: null,
          offer: null,
        },
      ],
      numbers: [],
      canConnect: false,
    };
  }
  return {
    accountName: 'Harbor & Vale',
    trial: false,
    findings: [
      { check: 'network', level: 'fine', title: 'Twilio can be reached', detail: 'Answered in 84 ms.', remedy: '', number: null, offer: null },
      { check: 'credentials', level: 'fine', title: 'The API key works', detail: 'It may read and send messages.', remedy: '', number: null, offer: null },
      { check: 'clock', level: 'fine', title: 'The clock is right', detail: 'Less than a second apart from Twilio.', remedy: '', number: null, offer: null },
      { check: 'numbers', level: 'fine', title: 'Two numbers can text', detail: 'One of them can send pictures, too.', remedy: '', number: null, offer: null },
      {
        check: 'webhook',
        level: 'warning',
        title: 'Another program answers this number’s texts',
        detail: 'Its webhook points to hooks.example.net. Tern still sees every text, but that program may answer as well.',
        remedy: 'Keep it, or clear it at Twilio if it is no longer used.',
        number: '+18335550100',
        offer: 'replace',
      },
      {
        check: 'pictures',
        level: 'warning',
        title: 'Pictures cannot be sent yet',
        detail: 'Twilio fetches pictures from a public address, and none is set.',
        remedy: 'Add one later under Settings → Sending. Receiving works.',
        number: null,
        offer: null,
      },
    ],
    numbers: [
      { number: '+18335550100', display: '+1 833 555 0100', name: 'Support line', sms: true, mms: true, webhookHost: 'hooks.example.net', usable: true, note: null },
      { number: '+12065550111', display: '+1 206 555 0111', name: 'Workshop', sms: true, mms: false, webhookHost: null, usable: true, note: 'Text only, no pictures.' },
      { number: '+12065550112', display: '+1 206 555 0112', name: 'Front desk', sms: false, mms: false, webhookHost: null, usable: false, note: 'A voice number; it cannot text.' },
    ],
    canConnect: true,
  };
}
