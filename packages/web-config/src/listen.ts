// Opens the listening sockets and hands every connection to one HTTP server. Stopping: no new connections,
// requests under way may finish within a limit, then everything is closed.
import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '@prometheus-ts/log';
import { CodedError } from '@prometheus-ts/model';
import { formatHostPort, isLoopback, type ListenAddress, parseListenAddress } from './address.ts';
import { ConnectionGate } from './connection-gate.ts';
import { findPortOwner } from './port-owner.ts';

export interface ListenOptions {
  /** `host:port` each; see parseListenAddress. Port 0 takes a free one. */
  readonly addresses: readonly string[];
  readonly log: Logger;
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
const MAX_HEADERS_TIMEOUT_MS = 60_000;

/** Rejects with CodedError: `listen_address`, `address_in_use`, `listen`. Nothing stays open after a rejection. */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listener> {
  const wanted = options.addresses.map(parseListenAddress);
  if (wanted.length === 0) {
    throw new CodedError('listen_address', 'no web listen address or systemd socket flag specified');
  }
  const gate = new ConnectionGate(options.maxConnections ?? 0);
  const http = new HttpServer(app, options.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS);
  const accept = (socket: Socket) => gate.enter(socket, () => http.accept(socket));
  const servers: Server[] = [];
  try {
    for (const address of wanted) servers.push(await open(address, accept));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  const bound = servers.map((server) => server.address() as AddressInfo);
  for (const { address, port } of bound) {
    options.log.info('Listening on', { address: formatHostPort(address, port) });
    options.log.info('TLS is disabled.', { http2: false, address: formatHostPort(address, port) });
    if (!isLoopback(address)) warnOfOpenDoor(options.log, address, port);
  }
  return {
    addresses: bound.map(({ address, port }) => formatHostPort(address, port)),
    urls: bound.map(({ address, port }) => `http://${formatHostPort(reachable(address), port)}`),
    close: (withinMs) => close(servers, http, gate, withinMs),
  };
}

/** An HTTP server that is given its connections and knows which of them have a request under way. */
class HttpServer {
  readonly busy = new Set<Socket>();
  stopping = false;
  readonly #server: Server;

  constructor(app: RequestListener, readTimeoutMs: number) {
    this.#server = createHttpServer({
      requestTimeout: readTimeoutMs,
      headersTimeout: Math.min(readTimeoutMs, MAX_HEADERS_TIMEOUT_MS),
      keepAliveTimeout: readTimeoutMs,
      connectionsCheckingInterval: Math.max(1000, Math.min(30_000, readTimeoutMs)),
    });
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#track(request.socket, response);
      app(request, response);
    });
  }

  accept(socket: Socket): void {
    this.#server.emit('connection', socket);
    socket.resume();
  }

  #track(socket: Socket, response: ServerResponse): void {
    this.busy.add(socket);
    if (this.stopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      this.busy.delete(socket);
      if (this.stopping) socket.end();
    });
  }
}

function open(address: ListenAddress, accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true, noDelay: true, keepAlive: true }, accept);
    let triedBothFamilies = address.host !== undefined;
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (!triedBothFamilies && (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL')) {
        triedBothFamilies = true;
        server.listen({ host: '0.0.0.0', port: address.port });
      } else {
        reject(listenError(address, error));
      }
    });
    server.once('listening', () => resolve(server));
    server.listen({ host: address.host ?? '::', port: address.port });
  });
}

function listenError(address: ListenAddress, error: NodeJS.ErrnoException): CodedError {
  if (error.code === 'EADDRINUSE') {
    const owner = findPortOwner(address.port);
    const who = owner ? `process ${owner.pid} (${owner.name}) has it` : 'another process has it';
    return new CodedError('address_in_use', `listen tcp ${address.text}: bind: address already in use`, {
      hint: `${who}: stop it, or choose another address with --web.listen-address`,
      cause: error,
    });
  }
  const reason = LISTEN_REASONS[error.code ?? ''];
  return new CodedError('listen', `listen tcp ${address.text}: ${reason?.[0] ?? error.message}`, {
    ...(reason === undefined ? {} : { hint: reason[1] }),
    cause: error,
  });
}

const LISTEN_REASONS: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: [
    'bind: permission denied',
    'ports below 1024 need the capability CAP_NET_BIND_SERVICE: choose a higher port',
  ],
  EADDRNOTAVAIL: [
    'bind: cannot assign requested address',
    'no network interface of this machine has that address',
  ],
  ENOTFOUND: ['no such host', 'the name could not be resolved: write an IP address'],
};

function warnOfOpenDoor(log: Logger, address: string, port: number): void {
  log.warn('Anyone who reaches this address can read everything: neither TLS nor authentication is on', {
    address: formatHostPort(address, port),
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
  gate: ConnectionGate,
  withinMs: number,
): Promise<void> {
  for (const server of servers) server.close();
  gate.dropWaiting();
  http.stopping = true;
  const drained = Promise.all([...gate.open].map((socket) => once(socket, 'close')));
  for (const socket of gate.open) {
    if (!http.busy.has(socket)) socket.destroy();
  }
  const timer = setTimeout(() => {
    for (const socket of gate.open) socket.destroy();
  }, withinMs);
  await drained;
  clearTimeout(timer);
}
