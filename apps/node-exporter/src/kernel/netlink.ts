// Netlink (RFC 3549): request and answer over a socket to the kernel. One message:
//
//   0        4     6      8         12       16
//   | length | type | flags | sequence | port | payload, padded to 4 bytes …
//
// and inside a payload, after a fixed header, attributes: | length 2 | type 2 | value, padded to 4 bytes |.
import { getSystemErrorName } from 'node:util';
import { CodedError } from '@prometheus-ts/model';
import { lastErrno, libc } from './libc.ts';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0x80000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const HEADER_BYTES = 16;

export const NetlinkFamily = { route: 0, sockDiag: 4, generic: 16 } as const;

const MessageType = { error: 2, done: 3 } as const;
const FLAG_REQUEST = 0x1;
const FLAG_ACKNOWLEDGE = 0x4;
/** NLM_F_ROOT | NLM_F_MATCH. */
const FLAG_DUMP = 0x300;

/** Answers beyond this are cut off by an error; a dump of 10,000 interfaces stays below. */
const ANSWER_LIMIT_BYTES = 64 << 20;
const RECEIVE_TIMEOUT_SECONDS = 2n;

export interface NetlinkMessage {
  readonly type: number;
  /** A view that is valid until the next request. */
  readonly payload: Buffer;
}

let receiveBuffer: Buffer | undefined;

/** A socket for one exchange after the other. Close it. */
export class NetlinkSocket {
  readonly #handle: number;
  #sequence = 0;

  constructor(family: number) {
    this.#handle = libc().socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
    if (this.#handle < 0) throw netlinkError('socket', lastErrno());
    const timeout = Buffer.alloc(16);
    timeout.writeBigInt64LE(RECEIVE_TIMEOUT_SECONDS, 0);
    libc().setsockopt(this.#handle, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length);
  }

  /** Sends a request and calls `found` for each message of the answer; throws CodedError as the kernel refuses. */
  request(type: number, payload: Buffer, dump: boolean, found: (message: NetlinkMessage) => void): void {
    this.#sequence += 1;
    const message = Buffer.alloc(HEADER_BYTES + payload.length);
    message.writeUInt32LE(message.length, 0);
    message.writeUInt16LE(type, 4);
    message.writeUInt16LE(FLAG_REQUEST | (dump ? FLAG_DUMP : FLAG_ACKNOWLEDGE), 6);
    message.writeUInt32LE(this.#sequence, 8);
    payload.copy(message, HEADER_BYTES);
    if (libc().send(this.#handle, message, BigInt(message.length), 0) < 0n) {
      throw netlinkError('send', lastErrno());
    }
    receiveBuffer ??= Buffer.allocUnsafeSlow(256 << 10);
    let total = 0;
    for (;;) {
      const length = Number(libc().recv(this.#handle, receiveBuffer, BigInt(receiveBuffer.length), 0));
      if (length < 0) throw netlinkError('recv', lastErrno());
      total += length;
      if (total > ANSWER_LIMIT_BYTES) {
        throw new CodedError(
          'netlink_answer_too_large',
          `the kernel's answer passes ${ANSWER_LIMIT_BYTES} bytes`,
        );
      }
      if (this.#read(receiveBuffer, length, found)) return;
    }
  }

  close(): void {
    libc().close(this.#handle);
  }

  /** Walks through the messages of one datagram; true at the end of the answer. */
  #read(buffer: Buffer, length: number, found: (message: NetlinkMessage) => void): boolean {
    let at = 0;
    while (at + HEADER_BYTES <= length) {
      const size = buffer.readUInt32LE(at);
      if (size < HEADER_BYTES || at + size > length)
        throw new CodedError('netlink_malformed', 'netlink message cut off');
      const type = buffer.readUInt16LE(at + 4);
      const isOurs = buffer.readUInt32LE(at + 8) === this.#sequence;
      const payload = buffer.subarray(at + HEADER_BYTES, at + size);
      if (isOurs) {
        if (type === MessageType.done) return true;
        if (type === MessageType.error) {
          const errno = -payload.readInt32LE(0);
          if (errno === 0) return true;
          throw netlinkError('request', errno);
        }
        found({ type, payload });
      }
      at += (size + 3) & ~3;
    }
    return false;
  }
}

function netlinkError(what: string, errno: number): CodedError {
  const name = errno > 0 ? getSystemErrorName(-errno) : 'EIO';
  const error = new CodedError(name, `netlink ${what}: ${name}`);
  return error;
}

/** Calls `found` for each attribute from `start` on; values are views. Nested flags are taken off the type. */
export function eachAttribute(
  payload: Buffer,
  start: number,
  found: (type: number, value: Buffer) => void,
): void {
  let at = start;
  while (at + 4 <= payload.length) {
    const size = payload.readUInt16LE(at);
    if (size < 4 || at + size > payload.length) return;
    found(payload.readUInt16LE(at + 2) & 0x3fff, payload.subarray(at + 4, at + size));
    at += (size + 3) & ~3;
  }
}

/** An attribute of a request. */
export function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc((4 + value.length + 3) & ~3);
  bytes.writeUInt16LE(4 + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** Text that ends at its first zero byte. */
export function zeroTerminated(value: Buffer): string {
  const end = value.indexOf(0);
  return value.toString('utf8', 0, end < 0 ? value.length : end);
}

/** An unsigned 64-bit counter as a float, rounded beyond 2^53. */
export function readUint64(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at + 4) * 0x1_0000_0000 + buffer.readUInt32LE(at);
}

/** Opens a socket, hands it over and closes it again. */
export function withNetlink<T>(family: number, use: (socket: NetlinkSocket) => T): T {
  const socket = new NetlinkSocket(family);
  try {
    return use(socket);
  } finally {
    socket.close();
  }
}
