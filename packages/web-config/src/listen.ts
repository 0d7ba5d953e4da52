// Opens the listening sockets and serves the app on them: plain, or as the web configuration file says. On
// stopping, no new connections are taken, requests under way may finish within a limit, then all is closed.
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import {
  type AddressInfo,
  createServer,
  type ListenOptions as NodeListenOptions,
  type Server,
  type Socket,
} from 'node:net';
import { duration, type Logger } from '@prometheus-ts/log';
import { CodedError } from '@prometheus-ts/model';
import { formatHostPort, isLoopback, type ListenAddress, parseListenAddress } from './address.ts';
import { ConnectionGate } from './connection-gate.ts';
import { forBothProtocols } from './express-bridge.ts';
import { HttpServer } from './http-server.ts';
import { listenError } from './listen-error.ts';
import { systemdDescriptors } from './systemd-sockets.ts';
import { TlsFront } from './tls-front.ts';
import { guard } from './web-yml/guard.ts';
import { WatchedSettings } from './web-yml/settings.ts';
import { certificateWarnings } from './web-yml/tls-material.ts';

export interface ListenOptions {
  /** `host:port` each; see parseListenAddress. Port 0 takes a free one. */
  readonly addresses: readonly string[];
  readonly log: Logger;
  /** The file of `--web.config.file`; '' or absent: plain HTTP for everyone. */
  readonly webConfigFile?: string;
  /** Take the sockets from systemd; `addresses` is not used then. */
  readonly systemdSocket?: boolean;
  /** Over all addresses together; 0 or absent: no limit. */
  readonly maxConnections?: number;
  /** How long a request may take to arrive and an idle connection to be kept. Default: 5 minutes. */
  readonly readTimeoutMs?: number;
}

export interface Listener {
  /** The addresses listened on, with real ports: `127.0.0.1:9090`. */
  readonly addresses: readonly string[];
  /** A URL for each address that works on this machine: `http://127.0.0.1:9090`. */
  readonly urls: readonly string[];
  /** Stops accepting, lets requests finish for at most `withinMs`, then cuts what is left. */
  close(withinMs: number): Promise<void>;
}

const DEFAULT_READ_TIMEOUT_MS = 300_000;

/**
 * Rejects with CodedError: `listen_address`, `address_in_use`, `listen`, `systemd_socket`, `tls_material`, or
 * ConfigError for the web configuration. Nothing stays open after a rejection.
 */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listener> {
  const { log } = options;
  const settings = options.webConfigFile ? new WatchedSettings(options.webConfigFile, log) : undefined;
  const listener = forBothProtocols(app);
  const http = new HttpServer(
    settings ? guard(listener, settings) : listener,
    options.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS,
  );
  const front = settings?.current().tls ? new TlsFront(settings, http, log) : undefined;
  const gate = new ConnectionGate(options.maxConnections ?? 0);
  const accept = (socket: Socket) =>
    gate.enter(socket, () => (front ? front.accept(socket) : http.acceptHttp1(socket)));
  const servers = await openAll(options, accept);
  const bound = servers.map((server) => server.address() as AddressInfo);
  for (const address of bound) announce(address, settings, log);
  return {
    addresses: bound.map(({ address, port }) => formatHostPort(address, port)),
    urls: bound.map(
      ({ address, port }) => `${front ? 'https' : 'http'}://${formatHostPort(reachable(address), port)}`,
    ),
    close: (withinMs) => close(servers, http, front, gate, withinMs),
  };
}

async function openAll(options: ListenOptions, accept: (socket: Socket) => void): Promise<Server[]> {
  if (options.systemdSocket) {
    options.log.info('Listening on systemd activated listeners instead of port listeners.');
    const servers = systemdDescriptors().map((fd) => open({ fd }, accept));
    return Promise.all(servers);
  }
  const wanted = options.addresses.map(parseListenAddress);
  if (wanted.length === 0) {
    throw new CodedError('listen_address', 'no web listen address or systemd socket flag specified');
  }
  const servers: Server[] = [];
  try {
    for (const address of wanted) servers.push(await openAddress(address, accept));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return servers;
}

/** `every address` is tried with IPv6, which takes IPv4 too, then with IPv4 alone. */
async function openAddress(address: ListenAddress, accept: (socket: Socket) => void): Promise<Server> {
  try {
    return await open({ host: address.host ?? '::', port: address.port }, accept);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const noIpv6 = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
    if (address.host !== undefined || !noIpv6) throw listenError(address, error as NodeJS.ErrnoException);
  }
  try {
    return await open({ host: '0.0.0.0', port: address.port }, accept);
  } catch (error) {
    throw listenError(address, error as NodeJS.ErrnoException);
  }
}

async function open(
  where: NodeListenOptions | { readonly fd: number },
  accept: (socket: Socket) => void,
): Promise<Server> {
  const server = createServer({ pauseOnConnect: true, noDelay: true, keepAlive: true }, accept);
  server.listen(where);
  await once(server, 'listening');
  return server;
}

function announce({ address, port }: AddressInfo, settings: WatchedSettings | undefined, log: Logger): void {
  const text = formatHostPort(address, port);
  log.info('Listening on', { address: text });
  const current = settings?.current();
  const limit = current?.config.rate_limit;
  if (limit && limit.interval !== 0) {
    log.info('Rate Limiter is enabled.', { burst: limit.burst, interval: duration(limit.interval) });
  }
  if (current?.tls) {
    log.info('TLS is enabled.', { http2: current.tls.http2, address: text });
    for (const { message, hint } of certificateWarnings(current.tls.certificate, Date.now())) {
      log.warn(message, { hint });
    }
    return;
  }
  log.info('TLS is disabled.', { http2: false, address: text });
  if (isLoopback(address) || (current && current.users.size > 0)) return;
  log.warn('Anyone who reaches this address can read everything: neither TLS nor authentication is on', {
    address: text,
    hint: 'set --web.config.file, or listen on 127.0.0.1',
  });
}

/** The address to put into a URL for one that stands for all. */
function reachable(address: string): string {
  return address === '::' || address === '0.0.0.0' ? '127.0.0.1' : address;
}

async function close(
  servers: readonly Server[],
  http: HttpServer,
  front: TlsFront | undefined,
  gate: ConnectionGate,
  withinMs: number,
): Promise<void> {
  for (const server of servers) server.close();
  gate.dropWaiting();
  const drained = Promise.all([...gate.open].map((socket) => once(socket, 'close')));
  http.stop();
  front?.stop();
  const timer = setTimeout(() => {
    for (const socket of gate.open) socket.destroy();
  }, withinMs);
  await drained;
  clearTimeout(timer);
}
