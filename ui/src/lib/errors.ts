/** What a screen offers for each error code; a new code does not compile until it is decided here. */
import type { ErrorCode } from '../ipc';

export type ErrorOffer = 'retry' | 'openAccount' | 'openSending' | null;

export function offerFor(code: ErrorCode): ErrorOffer {
  switch (code) {
    case 'offline':
    case 'carrier':
    case 'storage':
    case 'diskFull':
    case 'fileInUse':
    case 'keychainLocked':
    case 'notReady':
    case 'internal':
      return 'retry';
    case 'credentials':
      return 'openAccount';
    case 'noMediaHost':
      return 'openSending';
    case 'badRequest':
    case 'invalidInput':
    case 'notFound':
    case 'notAllowed':
    case 'optedOut':
    case 'numberOfSomebodyElse':
    case 'takesOver':
    case 'joinsLiveGroup':
    case 'textTooLong':
    case 'textStopped':
    case 'pictureRefused':
    case 'wrongKey':
    case 'keychainUnavailable':
    case 'fileTooNew':
    case 'fileDamaged':
    case 'locked':
      return null;
    default:
      return unreachable(code);
  }
}

function unreachable(code: never): never {
  throw new Error(`undecided error code: ${String(code)}`);
}

/** Message and remedy as one piece of text, for toasts. */
export function inOneLine(error: { message: string; remedy: string }): string {
  return error.remedy ? `${error.message} ${error.remedy}` : error.message;
}
