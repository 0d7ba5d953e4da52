// Plain connections that read into one buffer instead of a new one per read. Socket reads otherwise allocate
// up to 64 KiB each outside the heap, and a server that scrapes all day makes the collector run for that alone.
//
// Node's `onread` fills our buffer and calls back; undici takes the bytes in `socket.read()` and has copied
// them before it returns, but for parts of headers, which it may keep across reads. So what belongs to the
// head of an answer is handed out as a copy, and only the body as a view:
//
//     write request ──> head (copied) ──> \r\n\r\n ──> body (views) ──> write the next request ──> head …
//
// The buffer is shared by all connections of the thread: a read, its callback and undici's parsing happen in
// one go. Windows posts reads ahead, so there every connection has its own.
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

const SHARED_BYTES = 256 * 1024;
const OWN_BYTES = 64 * 1024;
const shared = process.platform === 'win32' ? undefined : Buffer.allocUnsafeSlow(SHARED_BYTES);

/** A connector for `http:` whose sockets read into the shared buffer. */
export function plainConnector(timeoutMs: number): buildConnector.connector {
  return (options, callback) => {
    const reads = new ReusedReads();
    const connect = buildConnector({
      timeout: timeoutMs,
      onread: {
        buffer: shared ?? Buffer.allocUnsafeSlow(OWN_BYTES),
        callback: (length: number, buffer: Uint8Array) => reads.arrived(length, buffer),
      },
    } as buildConnector.BuildOptions);
    connect(options, (...result: Parameters<buildConnector.Callback>) => {
      const [error, socket] = result;
      if (error === null && socket) reads.attach(socket);
      callback(...result);
    });
  };
}

/** Stands between one socket's `onread` and its reader. */
class ReusedReads {
  #socket: Socket | undefined;
  #pending: Buffer | undefined;
  #inHead = true;
  #paused = false;

  /** Replaces the socket's own `read`, `unshift` and `write`. */
  attach(socket: Socket): void {
    this.#socket = socket;
    const { read, unshift, write } = socket;
    socket.read = (size?: number) => {
      if (size === 0 || this.#pending === undefined) return read.call(socket, size);
      return this.#take();
    };
    // What comes back is kept by the stream: it must be its own.
    socket.unshift = (chunk: Uint8Array, encoding?: BufferEncoding) =>
      unshift.call(socket, Buffer.from(chunk), encoding);
    socket.write = ((...args: Parameters<typeof write>) => {
      this.#inHead = true;
      return write.apply(socket, args);
    }) as typeof write;
  }

  /** The socket has read `length` bytes. Returns whether it may read on. */
  arrived(length: number, buffer: Uint8Array): boolean {
    this.#pending = Buffer.from(buffer.buffer, buffer.byteOffset, length);
    this.#socket?.emit('readable');
    if (this.#pending === undefined) return true;
    // The reader did not take it all: the next read would overwrite the rest.
    this.#pending = Buffer.from(this.#pending);
    this.#paused = true;
    return false;
  }

  #take(): Buffer {
    const chunk = this.#pending!;
    this.#pending = undefined;
    let taken = chunk;
    if (this.#inHead) {
      const end = chunk.indexOf('\r\n\r\n');
      const headBytes = end < 0 ? chunk.length : end + 4;
      taken = Buffer.from(chunk.subarray(0, headBytes));
      if (headBytes < chunk.length) this.#pending = chunk.subarray(headBytes);
      // Interim answers (1xx) are followed by another head.
      if (end >= 0) this.#inHead = /^HTTP\/1\.\d 1/.test(taken.toString('latin1', 0, 12));
    }
    if (this.#pending === undefined && this.#paused) {
      this.#paused = false;
      this.#socket?.resume();
    }
    return taken;
  }
}
