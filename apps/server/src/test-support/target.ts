// A scrape target that answers what the test wants.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEndOf, type Scope } from './scope.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export class TestTarget {
  /** Bodies served so far. */
  requests: IncomingMessage[] = [];
  body = '';
  contentType = 'text/plain; version=0.0.4';
  /** Answers instead of `body`. */
  handler: Handler | undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      this.requests.push(request);
      if (this.handler) this.handler(request, response);
      else response.writeHead(200, { 'Content-Type': this.contentType }).end(this.body);
    });
  }

  /** @param scope when it ends */
  static async start(body = '', scope: Scope = 'test'): Promise<TestTarget> {
    const server = createServer();
    const target = new TestTarget(server);
    target.body = body;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEndOf(scope, () => target.stop());
    return target;
  }

  /** `127.0.0.1:12345`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
