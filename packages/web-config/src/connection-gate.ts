// Counts connections of all listeners together. Above the limit a new connection waits, unread, until another
// one ends, as with upstream's limit listener; the number that wait is bounded too.
import type { Socket } from 'node:net';

const MAX_WAITING = 4096;

export class ConnectionGate {
  readonly #limit: number;
  readonly #open = new Set<Socket>();
  readonly #waiting: { socket: Socket; admit: () => void }[] = [];

  /** `limit` 0: none. */
  constructor(limit: number) {
    this.#limit = limit === 0 ? Number.POSITIVE_INFINITY : limit;
  }

  /** Sockets that were admitted and have not closed. */
  get open(): ReadonlySet<Socket> {
    return this.#open;
  }

  /** Calls `admit` now or when there is room; `socket` must be paused and is closed when too many wait. */
  enter(socket: Socket, admit: () => void): void {
    socket.on('error', ignore);
    if (this.#open.size < this.#limit) {
      this.#admit(socket, admit);
    } else if (this.#waiting.length >= MAX_WAITING) {
      socket.destroy();
    } else {
      this.#waiting.push({ socket, admit });
    }
  }

  /** Closes what waits; nothing is admitted from now on unless it enters anew. */
  dropWaiting(): void {
    for (const { socket } of this.#waiting.splice(0)) socket.destroy();
  }

  #admit(socket: Socket, admit: () => void): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#admitNext();
    });
    admit();
  }

  #admitNext(): void {
    while (this.#open.size < this.#limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      if (!next.socket.destroyed) this.#admit(next.socket, next.admit);
    }
  }
}

/** A reset by the peer is the peer's affair. */
function ignore(): void {}
