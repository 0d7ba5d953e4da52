// What drivers of network interfaces tell, by the SIOCETHTOOL ioctl (linux/ethtool.h).
import { getSystemErrorName } from 'node:util';
import { CodedError } from '@prometheus-ts/model';
import { addressOf, lastErrno, libc } from './libc.ts';
import { readUint64, zeroTerminated } from './netlink.ts';

const SIOCETHTOOL = 0x8946n;
const Command = { settings: 0x1, driver: 0x3, strings: 0x1b, statistics: 0x1d } as const;
const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
/** struct ifreq: name 16, then a union of which we use the pointer. */
const REQUEST_BYTES = 40;
const NAME_BYTES = 16;
const SETTINGS_BYTES = 44;
const DRIVER_BYTES = 196;
const STRING_BYTES = 32;
const SET_STATISTICS = 1;
/** Drivers report some hundreds; more than this is nonsense. */
const STATISTICS_MAX = 32_768;

export interface DriverInfo {
  readonly driver: string;
  readonly version: string;
  readonly firmware: string;
  readonly bus: string;
  readonly expansionRom: string;
}

export interface LinkSettings {
  /** Bits of link modes, the first 32. */
  readonly supported: number;
  readonly advertised: number;
  readonly autonegotiation: number;
}

/** A socket for the ioctl. Close it. Every method throws CodedError with the kernel's code. */
export class EthtoolSocket {
  readonly #handle: number;

  constructor() {
    this.#handle = libc().socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
    if (this.#handle < 0) throw failure();
  }

  settings(device: string): LinkSettings {
    const data = Buffer.alloc(SETTINGS_BYTES);
    this.#call(device, Command.settings, data);
    return { supported: data.readUInt32LE(4), advertised: data.readUInt32LE(8), autonegotiation: data[18]! };
  }

  driver(device: string): DriverInfo {
    const data = this.#driverData(device);
    const text = (at: number): string => zeroTerminated(data.subarray(at, at + STRING_BYTES));
    return {
      driver: text(4),
      version: text(36),
      firmware: text(68),
      bus: text(100),
      expansionRom: text(132),
    };
  }

  /** Values by the driver's names. */
  statistics(device: string): Map<string, number> {
    const count = this.#driverData(device).readUInt32LE(180);
    const found = new Map<string, number>();
    if (count === 0 || count > STATISTICS_MAX) return found;
    const strings = Buffer.alloc(12 + count * STRING_BYTES);
    strings.writeUInt32LE(SET_STATISTICS, 4);
    strings.writeUInt32LE(count, 8);
    this.#call(device, Command.strings, strings);
    const values = Buffer.alloc(8 + count * 8);
    values.writeUInt32LE(count, 4);
    this.#call(device, Command.statistics, values);
    for (let i = 0; i < count; i++) {
      const at = 12 + i * STRING_BYTES;
      found.set(zeroTerminated(strings.subarray(at, at + STRING_BYTES)), readUint64(values, 8 + i * 8));
    }
    return found;
  }

  close(): void {
    libc().close(this.#handle);
  }

  #driverData(device: string): Buffer {
    const data = Buffer.alloc(DRIVER_BYTES);
    this.#call(device, Command.driver, data);
    return data;
  }

  /** `data` starts with the command, and receives the answer. */
  #call(device: string, command: number, data: Buffer): void {
    data.writeUInt32LE(command, 0);
    const request = Buffer.alloc(REQUEST_BYTES);
    request.write(device, 0, NAME_BYTES - 1, 'utf8');
    request.writeBigUInt64LE(addressOf(data), NAME_BYTES);
    if (libc().ioctl(this.#handle, SIOCETHTOOL, request) < 0) throw failure();
  }
}

function failure(): CodedError {
  const name = getSystemErrorName(-lastErrno());
  return new CodedError(name, `ethtool: ${name}`);
}
