/** The host in an address that may hold placeholders. */

const ADDRESS = /^(https?:\/\/)?([^/?#\s{}:@]*)(.*)$/is;

/** The host of an address, in lower case; nothing where it is not written out. */
export function hostOf(address: string): string {
  const [, scheme = '', host = '', rest = ''] = ADDRESS.exec(address.trim()) ?? [];
  // A host that goes on in a placeholder is not known.
  return scheme === '' || rest.startsWith('{') || !host.includes('.') ? '' : host.toLowerCase();
}

/** The address at another host; of a host such as `*.example.com`, at the one above all of them. */
export function withHost(address: string, host: string): string {
  const [, scheme, old = '', rest = ''] = ADDRESS.exec(address.trim()) ?? [];
  const path = scheme === undefined ? `${old}${rest}` : rest;
  return `https://${host.replace(/^\*\./, '')}${path === '' || /^[/?#]/.test(path) ? path : `/${path}`}`;
}
