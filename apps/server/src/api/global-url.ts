// Where a target on this host is reached from outside: a guess, for links.

const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '::1'];

/** Splits `host:port` and `[host]:port`; no port is ''. Throws Error in Go's words. */
export function splitHostPort(address: string): { host: string; port: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(address);
  if (bracketed) return { host: bracketed[1]!, port: bracketed[2] ?? '' };
  const colons = address.split(':').length - 1;
  if (colons > 1) throw new Error(`address ${address}: too many colons in address`);
  const [host = '', port = ''] = address.split(':');
  return { host, port };
}

export interface OutsideView {
  /** The address this server listens on. */
  readonly listenAddress: string;
  readonly externalUrl: URL;
}

/**
 * Replaces a local host name by the external one, and the whole origin where the target is this server.
 * Throws Error for an address that cannot be split.
 */
export function globalUrl(targetUrl: string, view: OutsideView): string {
  const parts = /^([^:]*):\/\/([^/?]*)(.*)$/s.exec(targetUrl)!;
  const [, scheme, authority, rest] = parts;
  const { host, port } = splitHostPort(authority!);
  if (!LOCAL_HOSTS.includes(host)) return targetUrl;
  const own = splitHostPort(view.listenAddress);
  if (port === own.port) return `${view.externalUrl.protocol}//${view.externalUrl.host}${rest}`;
  const outside = splitHostPort(view.externalUrl.host).host;
  const bare = outside.includes(':') ? `[${outside}]` : outside;
  return `${scheme}://${port === '' ? outside : `${bare}:${port}`}${rest}`;
}
