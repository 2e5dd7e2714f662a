/**
 * What every screen talks to: one call per command, change events as hints, and where pictures are.
 * The product speaks Tauri, development speaks HTTP on loopback, tests and design work a fake.
 */
import type { ApiError as ApiErrorBody, ChangeEvent, Commands, ErrorCode } from './bindings';

export type CommandName = keyof Commands;
export type Request<K extends CommandName> = Commands[K]['request'];
export type Answer<K extends CommandName> = Commands[K]['answer'];

/** What a place is for; the shell's counterpart is tern-app's type of this name. */
export type PlaceKind = 'export' | 'backups' | 'restore' | 'history';

/** A place that was chosen: what stands for it in requests, and what it is called. */
export interface ChosenPlace {
  id: string;
  name: string;
}

/** Commands without a request are called with the name alone. */
export type CallArguments<K extends CommandName> = Request<K> extends void ? [] : [request: Request<K>];

export interface Backend {
  /** Carries out a command; rejects with {@link ApiError} and nothing else. */
  call<K extends CommandName>(name: K, ...request: CallArguments<K>): Promise<Answer<K>>;
  /** Listens to change events; the answer stops listening. Resolves once events can no longer be missed. */
  onChange(listener: (event: ChangeEvent) => void): Promise<() => void>;
  /** Address of a picture's bytes, for an `img`; `small` is as large as a thread shows it. */
  mediaUrl(mediaId: string, size?: 'small'): string;
  /**
   * Has a file or folder chosen in the system's dialog; `null` if none was. The page never gets its path. Rejects with
   * {@link ApiError} if it cannot be used. Missing where there is no such dialog: places are typed there.
   */
  choosePlace?(kind: PlaceKind, name?: string): Promise<ChosenPlace | null>;
  /**
   * Has a place for a file chosen, writes it there and resolves with what it is called; `null` if none was chosen.
   * Rejects with {@link ApiError}. Missing where the page's own downloads do it.
   */
  saveFile?(name: string, content: string): Promise<string | null>;
  /**
   * The same for what was attached to a text, whose bytes the page does not see. Missing where the page's own downloads
   * do it.
   */
  saveMedia?(mediaId: string, name: string): Promise<string | null>;
  /** Shows what a job wrote, in its folder or by the program for it; rejects with {@link ApiError}. Only a shell can. */
  showJobPlace?(jobId: string, how: 'folder' | 'open'): Promise<void>;
  /** Tells the shell that the window shows something; only the product's shell listens. */
  windowReady?(): Promise<void>;
  /**
   * Loads this page again in a new process, so that no memory holds what it has shown; rejects with {@link ApiError}.
   * Only a shell can: a browser's memory is the browser's.
   */
  renewPage?(): Promise<void>;
  /** Ends the program, and asks first while jobs run unless somebody is sure; a page in a browser has none to end. */
  quit?(sure?: boolean): Promise<void>;
}

/** A command's refusal or failure, with words for the person in front of the screen. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly carrierCode: number | null;
  readonly requestId: string | null;

  constructor(body: ApiErrorBody) {
    super(body.message);
    this.name = 'ApiError';
    this.code = body.code;
    this.remedy = body.remedy;
    this.carrierCode = body.carrierCode;
    this.requestId = body.requestId;
  }
}

/** Turns whatever a transport threw into an {@link ApiError}. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isApiErrorBody(thrown)) return new ApiError(thrown);
  return new ApiError({
    code: 'internal',
    message: 'Something went wrong inside Tern.',
    remedy: 'Try again; if it stays, restart Tern.',
    carrierCode: null,
    requestId: null,
  });
}

function isApiErrorBody(value: unknown): value is ApiErrorBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as ApiErrorBody).code === 'string' &&
    typeof (value as ApiErrorBody).message === 'string'
  );
}
