// HTTP/1.1 and HTTP/2 over connections that someone else accepted. It knows which connections have a request
// under way, so that stopping can let these finish and end the others at once.
import {
  createServer as createHttp1Server,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Server, Socket } from 'node:net';

/** As Go's server allows. */
const MAX_STREAMS = 250;
const MAX_HEADERS_TIMEOUT_MS = 60_000;

export class HttpServer {
  readonly #http1: Server;
  readonly #http2: Http2Server;
  readonly #idle = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #stopping = false;

  /** `readTimeoutMs` bounds how long a request may take to arrive, and how long an idle connection is kept. */
  constructor(app: RequestListener, readTimeoutMs: number) {
    this.#http1 = createHttp1Server({
      requestTimeout: readTimeoutMs,
      headersTimeout: Math.min(readTimeoutMs, MAX_HEADERS_TIMEOUT_MS),
      keepAliveTimeout: readTimeoutMs,
      connectionsCheckingInterval: Math.max(1000, Math.min(30_000, readTimeoutMs)),
    });
    this.#http1.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#track(request.socket, response);
      app(request, response);
    });
    // It is handed its connections and never listens itself; this event is what starts its timeouts.
    this.#http1.emit('listening');
    this.#http2 = createHttp2Server(
      { settings: { maxConcurrentStreams: MAX_STREAMS } },
      (request, response) =>
        app(request as unknown as IncomingMessage, response as unknown as ServerResponse),
    );
    this.#http2.on('session', (session) => this.#trackSession(session, readTimeoutMs));
    this.#http2.on('sessionError', () => {});
  }

  acceptHttp1(socket: Socket): void {
    this.#idle.add(socket);
    socket.once('close', () => this.#idle.delete(socket));
    this.#http1.emit('connection', socket);
    socket.resume();
  }

  acceptHttp2(socket: Socket): void {
    this.#http2.emit('connection', socket);
  }

  /** Ends idle connections now and the others when their requests are answered. */
  stop(): void {
    this.#stopping = true;
    this.#http1.close(() => {});
    for (const socket of this.#idle) socket.destroy();
    for (const session of this.#sessions) session.close();
  }

  #track(socket: Socket, response: ServerResponse): void {
    this.#idle.delete(socket);
    if (this.#stopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      if (this.#stopping) socket.end();
      else if (!socket.destroyed) this.#idle.add(socket);
    });
  }

  #trackSession(session: ServerHttp2Session, readTimeoutMs: number): void {
    this.#sessions.add(session);
    session.once('close', () => this.#sessions.delete(session));
    session.setTimeout(readTimeoutMs, () => session.close());
    if (this.#stopping) session.close();
  }
}
