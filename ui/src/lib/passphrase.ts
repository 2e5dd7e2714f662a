/** What is asked of a passphrase before it is sent; the app asks the same. */

const SHORTEST = 8;

export function passphraseProblem(passphrase: string): string | null {
  if ([...passphrase].length < SHORTEST) return `Use at least ${SHORTEST} characters.`;
  return null;
}

export function repeatProblem(passphrase: string, repeat: string): string | null {
  return passphrase === repeat ? null : 'The two are not the same.';
}

export function passphraseReady(passphrase: string, repeat: string): boolean {
  return passphraseProblem(passphrase) === null && repeatProblem(passphrase, repeat) === null;
}
