// One question to an NTP server (RFC 5905, as a simple client).
import { createSocket } from 'node:dgram';
import { CodedError } from '@prometheus-ts/model';

const PACKET_BYTES = 48;
const MODE_CLIENT = 3;
/** NTP counts from 1900. */
const EPOCH_SECONDS = 2_208_988_800;
const FRACTION = 2 ** 32;

export interface NtpOptions {
  readonly server: string;
  readonly port: number;
  readonly version: number;
  readonly ttl: number;
  readonly timeoutMs: number;
}

/** All times in seconds; timestamps since the epoch of 1970, 0 for none. */
export interface NtpAnswer {
  readonly leap: number;
  readonly stratum: number;
  readonly rootDelay: number;
  readonly rootDispersion: number;
  readonly referenceTime: number;
  /** When we asked, the server received and answered, and we heard. */
  readonly origin: number;
  readonly received: number;
  readonly transmitted: number;
  readonly arrived: number;
}

/** Rejects with CodedError where there is no answer in time. */
export function queryNtp(options: NtpOptions): Promise<NtpAnswer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(options.server.includes(':') ? 'udp6' : 'udp4');
    const fail = (message: string): void => {
      clearTimeout(timer);
      socket.close();
      reject(
        new CodedError('ntp', `couldn't get SNTP reply: ${message}`, { place: { target: options.server } }),
      );
    };
    const timer = setTimeout(() => fail('timeout'), options.timeoutMs);
    const request = Buffer.alloc(PACKET_BYTES);
    request[0] = (options.version << 3) | MODE_CLIENT;
    let origin = 0;
    socket.on('error', (error) => fail(error.message));
    socket.on('message', (packet) => {
      const arrived = nowSeconds();
      // An answer to another question has another time of origin.
      if (packet.length < PACKET_BYTES || !packet.subarray(24, 32).equals(request.subarray(40, 48))) return;
      clearTimeout(timer);
      socket.close();
      resolve(parseAnswer(packet, origin, arrived));
    });
    socket.connect(options.port, options.server, () => {
      socket.setTTL(options.ttl);
      origin = nowSeconds();
      writeTimestamp(request, 40, origin);
      socket.send(request);
    });
  });
}

function nowSeconds(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}

export function parseAnswer(packet: Buffer, origin: number, arrived: number): NtpAnswer {
  return {
    leap: packet[0]! >> 6,
    stratum: packet[1]!,
    rootDelay: packet.readUInt32BE(4) / 65_536,
    rootDispersion: packet.readUInt32BE(8) / 65_536,
    referenceTime: readTimestamp(packet, 16),
    origin,
    received: readTimestamp(packet, 32),
    transmitted: readTimestamp(packet, 40),
    arrived,
  };
}

function readTimestamp(packet: Buffer, at: number): number {
  const seconds = packet.readUInt32BE(at);
  return seconds === 0 ? 0 : seconds - EPOCH_SECONDS + packet.readUInt32BE(at + 4) / FRACTION;
}

function writeTimestamp(packet: Buffer, at: number, seconds: number): void {
  const whole = Math.floor(seconds);
  packet.writeUInt32BE((whole + EPOCH_SECONDS) % FRACTION, at);
  packet.writeUInt32BE(Math.floor((seconds - whole) * FRACTION), at + 4);
}

/** How long the packets were under way. */
export function roundTrip(answer: NtpAnswer): number {
  return Math.max(0, answer.arrived - answer.origin - (answer.transmitted - answer.received));
}

/** How far our clock is behind the server's. */
export function clockOffset(answer: NtpAnswer): number {
  return (answer.received - answer.origin + (answer.transmitted - answer.arrived)) / 2;
}

/** By how much the times contradict each other: nothing is heard before it was said. */
export function causalityError(answer: NtpAnswer): number {
  return Math.max(0, answer.origin - answer.received, answer.transmitted - answer.arrived);
}

const STRATUM_MAX = 16;
const LEAP_NOT_IN_SYNC = 3;
const FRESH_SECONDS = 2 ** 17;
const DISPERSION_MAX_SECONDS = 16;

/** Whether the server claims to know the time. */
export function isUsable(answer: NtpAnswer): boolean {
  const age = answer.transmitted - answer.referenceTime;
  return (
    answer.stratum > 0 &&
    answer.stratum < STRATUM_MAX &&
    age >= 0 &&
    age <= FRESH_SECONDS &&
    answer.rootDelay / 2 + answer.rootDispersion <= DISPERSION_MAX_SECONDS &&
    answer.leap !== LEAP_NOT_IN_SYNC
  );
}
