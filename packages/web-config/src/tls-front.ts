// Takes plain TCP connections, speaks TLS on them with the certificates as they are now, judges the client's
// certificate, and hands the connection on by the protocol that was agreed. A client that speaks HTTP to this
// port is told so, as upstream does.
import type { Server, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Logger } from '@prometheus-ts/log';
import type { HttpServer } from './http-server.ts';
import { clientRefusal } from './web-yml/client-certificate.ts';
import type { WatchedSettings } from './web-yml/settings.ts';
import type { TlsMaterial } from './web-yml/tls-material.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
const TLS_HANDSHAKE = 0x16;
const PLAIN_ANSWER = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

export class TlsFront {
  readonly #settings: WatchedSettings;
  readonly #http: HttpServer;
  readonly #log: Logger;
  readonly #handshaking = new Set<Socket>();
  #server: Server | undefined;
  #serverMaterial: TlsMaterial | undefined;

  constructor(settings: WatchedSettings, http: HttpServer, log: Logger) {
    this.#settings = settings;
    this.#http = http;
    this.#log = log;
  }

  /** `socket` is paused and nothing was read from it. */
  accept(socket: Socket): void {
    this.#handshaking.add(socket);
    socket.once('close', () => this.#handshaking.delete(socket));
    const timer = setTimeout(() => socket.destroy(), HANDSHAKE_TIMEOUT_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      socket.pause();
      if (looksLikeHttp(chunk)) {
        socket.end(PLAIN_ANSWER);
        return;
      }
      socket.unshift(chunk);
      this.#current().emit('connection', socket);
    });
    socket.resume();
  }

  /** Ends connections that have not agreed on anything yet. */
  stop(): void {
    for (const socket of this.#handshaking) socket.destroy();
  }

  /** A server for the present certificates; connections of an earlier one go on with theirs. */
  #current(): Server {
    const material = this.#settings.current().tls!;
    if (this.#server && material === this.#serverMaterial) return this.#server;
    const server = createServer({ ...material.options, handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
    server.on('secureConnection', (socket: TLSSocket) => this.#welcome(socket, material));
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      this.#log.debug('TLS handshake error', { remote: socket.remoteAddress, err: error });
      socket.destroy();
    });
    this.#server = server;
    this.#serverMaterial = material;
    return server;
  }

  #welcome(socket: TLSSocket, material: TlsMaterial): void {
    socket.on('error', () => {});
    const refusal = clientRefusal(socket, material.policy);
    if (refusal !== undefined) {
      this.#log.debug('TLS handshake error', { remote: socket.remoteAddress, err: refusal });
      socket.destroy();
      return;
    }
    if (socket.alpnProtocol === 'h2') this.#http.acceptHttp2(socket);
    else this.#http.acceptHttp1(socket);
  }
}

/** The same beginnings that Go recognises. */
function looksLikeHttp(chunk: Buffer): boolean {
  if (chunk[0] === TLS_HANDSHAKE) return false;
  return ['GET /', 'HEAD ', 'POST ', 'PUT /', 'OPTIO'].includes(chunk.toString('latin1', 0, 5));
}
