// Listen addresses as upstream's flags take them: `host:port`, `:port`, `[v6]:port`.
import { CodedError } from '@prometheus-ts/model';

export interface ListenAddress {
  /** As it was given. */
  readonly text: string;
  /** A name or an IP address; undefined: every address of this machine, IPv4 and IPv6. */
  readonly host: string | undefined;
  readonly port: number;
}

const HINT = 'write host:port, such as 127.0.0.1:9090, or :9090 for every address';

/** Throws CodedError (code `listen_address`). As in Go, `0.0.0.0` and `[::]` mean every address of both families. */
export function parseListenAddress(text: string): ListenAddress {
  const fail = (reason: string) =>
    new CodedError('listen_address', `listen tcp: address ${text}: ${reason}`, { hint: HINT });
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text);
  if (!match) {
    throw fail(/^[^:]*$/.test(text) ? 'missing port in address' : 'too many colons in address');
  }
  const port = Number(match[3]);
  if (!/^\d+$/.test(match[3]!)) throw fail('unknown port');
  if (port > 65535) throw fail('invalid port');
  const host = match[1] ?? match[2]!;
  const everywhere = host === '' || host === '0.0.0.0' || host === '::';
  return { text, host: everywhere ? undefined : host, port };
}

/** `127.0.0.1:9090`, `[::1]:9090`. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can connect. */
export function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || /^(::ffff:)?127\./.test(host);
}
