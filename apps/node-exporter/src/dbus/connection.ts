// A connection to a message bus or, for systemd's own socket, to one peer: authentication, method calls whose
// answers may come in any order, and nothing else. Invariant: after an error every call fails.
import { createConnection, type Socket } from 'node:net';
import { CodedError } from '@prometheus-ts/model';
import { DbusReader, type DbusValue, DbusWriter } from './marshal.ts';

export const SYSTEM_BUS = '/run/dbus/system_bus_socket';

const MessageType = { call: 1, answer: 2, error: 3 } as const;
const Field = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  signature: 8,
} as const;
const FIXED_HEADER_BYTES = 16;
const MESSAGE_LIMIT_BYTES = 64 << 20;
const CONNECT_TIMEOUT_MS = 5000;
const CALL_TIMEOUT_MS = 5000;

export interface MethodCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** String arguments. */
  readonly arguments?: readonly string[];
}

interface Pending {
  readonly resolve: (values: DbusValue[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class DbusConnection {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #serial = 0;
  #received: Buffer = Buffer.alloc(0);
  #isAuthenticated = false;
  #authenticated: { resolve: () => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** Connects and authenticates as our user; `isBus` also says hello. Rejects with CodedError `dbus`. */
  static async open(path: string, isBus = true): Promise<DbusConnection> {
    const connection = new DbusConnection(createConnection({ path }));
    try {
      await connection.#authenticate();
      if (isBus) await connection.call({ ...BUS, member: 'Hello' });
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Calls a method and resolves with the values of its answer. Rejects with CodedError `dbus`. */
  call(call: MethodCall): Promise<DbusValue[]> {
    this.#serial += 1;
    const serial = this.#serial;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(serial);
        reject(dbusError(`${call.interface}.${call.member}: no answer in time`));
      }, CALL_TIMEOUT_MS);
      this.#pending.set(serial, { resolve, reject, timer });
      this.#socket.write(encodeCall(serial, call));
    });
  }

  /** A property of an object. */
  async property(destination: string, path: string, name: string, property: string): Promise<DbusValue> {
    const [value] = await this.call({
      destination,
      path,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      arguments: [name, property],
    });
    if (value === undefined) throw dbusError(`${name}.${property} has no value`);
    return value;
  }

  close(): void {
    this.#socket.destroy();
  }

  #authenticate(): Promise<void> {
    const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(dbusError('no answer to the authentication')),
        CONNECT_TIMEOUT_MS,
      );
      this.#authenticated = {
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    });
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    try {
      if (!this.#isAuthenticated) this.#readGreeting();
      while (this.#isAuthenticated && this.#readMessage());
    } catch (error) {
      this.#fail(error as Error);
      this.#socket.destroy();
    }
  }

  #readGreeting(): void {
    const end = this.#received.indexOf('\r\n');
    if (end < 0) return;
    const line = this.#received.toString('latin1', 0, end);
    if (!line.startsWith('OK ')) throw dbusError(`authentication refused: ${line}`);
    this.#received = this.#received.subarray(end + 2);
    this.#isAuthenticated = true;
    this.#socket.write('BEGIN\r\n');
    this.#authenticated?.resolve();
  }

  /** Takes one message off the front; false where it is not complete yet. */
  #readMessage(): boolean {
    const bytes = this.#received;
    if (bytes.length < FIXED_HEADER_BYTES) return false;
    if (bytes[0] !== 0x6c) throw dbusError('the peer speaks big endian');
    const bodyAt = (FIXED_HEADER_BYTES + bytes.readUInt32LE(12) + 7) & ~7;
    const total = bodyAt + bytes.readUInt32LE(4);
    if (total > MESSAGE_LIMIT_BYTES) throw dbusError(`a message passes ${MESSAGE_LIMIT_BYTES} bytes`);
    if (bytes.length < total) return false;
    this.#handle(bytes.subarray(0, total), bodyAt);
    this.#received = bytes.subarray(total);
    return true;
  }

  #handle(message: Buffer, bodyAt: number): void {
    const type = message[1];
    if (type !== MessageType.answer && type !== MessageType.error) return;
    const [entries] = new DbusReader(message, 12).read('a(yv)') as [
      readonly (readonly [number, DbusValue])[],
    ];
    const fields = new Map(entries);
    const pending = this.#pending.get(Number(fields.get(Field.replySerial)));
    if (pending === undefined) return;
    this.#pending.delete(Number(fields.get(Field.replySerial)));
    clearTimeout(pending.timer);
    const body = message.subarray(bodyAt);
    const values = new DbusReader(body).read(String(fields.get(Field.signature) ?? ''));
    if (type === MessageType.answer) pending.resolve(values);
    else pending.reject(dbusError(`${fields.get(Field.errorName)}: ${values[0] ?? ''}`));
  }

  #fail(cause: Error): void {
    const error = cause instanceof CodedError ? cause : dbusError(cause.message, cause);
    this.#authenticated?.reject(error);
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
  }
}

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

/** endian 1, type 1, flags 1, version 1, body length 4, serial 4, fields `a(yv)`, padding to 8, body. */
export function encodeCall(serial: number, call: MethodCall): Buffer {
  const body = new DbusWriter();
  for (const text of call.arguments ?? []) body.string(text);
  const fields = new DbusWriter();
  const add = (field: number, type: string, value: string): void => {
    fields.align(8);
    fields.byte(field);
    fields.variant(type, value);
  };
  add(Field.path, 'o', call.path);
  add(Field.interface, 's', call.interface);
  add(Field.member, 's', call.member);
  if (call.destination !== '') add(Field.destination, 's', call.destination);
  if (body.length > 0) add(Field.signature, 'g', 's'.repeat(call.arguments!.length));
  const header = new DbusWriter();
  for (const byte of [0x6c, MessageType.call, 0, 1]) header.byte(byte);
  header.uint32(body.length);
  header.uint32(serial);
  header.uint32(fields.length);
  const start = Buffer.concat([header.bytes(), fields.bytes()]);
  return Buffer.concat([start, Buffer.alloc((8 - (start.length % 8)) % 8), body.bytes()]);
}

/** The socket of the system bus: where the environment says, or the usual place. */
export function systemBusPath(): string {
  const address = process.env['DBUS_SYSTEM_BUS_ADDRESS'] ?? '';
  return /unix:path=([^,;]+)/.exec(address)?.[1] ?? SYSTEM_BUS;
}

function dbusError(message: string, cause?: unknown): CodedError {
  return new CodedError('dbus', message, cause === undefined ? {} : { cause });
}
