/** What is typed to log in at Twilio, checked for form before it is tried. */
import type { AccountCredentials, AccountView } from '../../ipc';

export type CredentialKind = 'apiKey' | 'authToken';

const TWILIO = 'https://api.twilio.com';

export class CredentialForm {
  kind = $state<CredentialKind>('apiKey');
  accountSid = $state('');
  keySid = $state('');
  secret = $state('');
  token = $state('');
  baseUrl = $state('');
  /** Shows what is wrong, even in fields that are still empty. */
  checked = $state(false);
  /** The account need not be named: its credentials are replaced. */
  readonly known: AccountView | null;

  constructor(known: AccountView | null = null) {
    this.known = known;
    if (!known) return;
    this.kind = known.keySidMasked ? 'apiKey' : 'authToken';
    // Left out, it would quietly become Twilio's own.
    if (known.baseUrl.replace(/\/$/, '') !== TWILIO) this.baseUrl = known.baseUrl;
  }

  get accountSidProblem(): string | null {
    return this.known ? null : sidProblem(this.accountSid, 'AC', 'An account SID');
  }

  get keySidProblem(): string | null {
    return this.kind === 'apiKey' ? sidProblem(this.keySid, 'SK', 'A key SID') : null;
  }

  get secretProblem(): string | null {
    const value = this.kind === 'apiKey' ? this.secret : this.token;
    if (value.trim() === '') return this.kind === 'apiKey' ? 'Put in the key’s secret.' : 'Put in the auth token.';
    return null;
  }

  get baseUrlProblem(): string | null {
    if (this.baseUrl.trim() === '') return null;
    try {
      const url = new URL(this.baseUrl.trim());
      return url.protocol === 'https:' || url.protocol === 'http:' ? null : 'The address has to start with https://.';
    } catch {
      return 'This is not a web address. Example: https://api.twilio.com';
    }
  }

  get complete(): boolean {
    return !this.accountSidProblem && !this.keySidProblem && !this.secretProblem && !this.baseUrlProblem;
  }

  get credentials(): AccountCredentials {
    return {
      accountSid: this.accountSid.trim(),
      credential:
        this.kind === 'apiKey'
          ? { kind: 'apiKey', keySid: this.keySid.trim(), secret: this.secret.trim() }
          : { kind: 'authToken', token: this.token.trim() },
      baseUrl: this.baseUrl.trim() || null,
    };
  }
}

/** What is wrong with a SID, or `null`. */
export function sidProblem(value: string, prefix: 'AC' | 'SK', name: string): string | null {
  const sid = value.trim();
  if (sid === '') return `Put in the ${name.replace(/^An? /, '')}.`;
  if (!sid.startsWith(prefix)) return `${name} starts with ${prefix}.`;
  if (!/^[A-Z]{2}[0-9a-fA-F]{32}$/.test(sid)) return `${name} has ${prefix} and 32 characters from 0-9 and a-f; this one has ${sid.length - 2}.`;
  return null;
}
