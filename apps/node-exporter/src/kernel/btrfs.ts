// Devices of a mounted btrfs, by ioctl (linux/btrfs.h). Needs no right but to open the mount point.
import { closeSync, constants, openSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { CodedError } from '@prometheus-ts/model';
import { lastErrno, libc } from './libc.ts';
import { readUint64, zeroTerminated } from './netlink.ts';

/** _IOR(0x94, 31, 1024), _IOWR(0x94, 30, 4096), _IOWR(0x94, 52, 1032). */
const Request = { filesystemInfo: 0x8400941fn, deviceInfo: 0xd000941en, deviceStats: 0xc4089434n } as const;
const FILESYSTEM_INFO_BYTES = 1024;
const DEVICE_INFO_BYTES = 4096;
const DEVICE_STATS_BYTES = 1032;
const DEVICE_PATH_AT = DEVICE_INFO_BYTES - 1024;
const ERROR_KINDS = ['write', 'read', 'flush', 'corruption', 'generation'];

export interface BtrfsDevice {
  readonly path: string;
  readonly uuid: string;
  readonly usedBytes: number;
  readonly totalBytes: number;
  /** Counts by kind, in the kernel's order. */
  readonly errors: Readonly<Record<string, number>>;
}

/** The file system at a mount point. Throws CodedError or Node's error where it does not answer. */
export function readBtrfsDevices(mountPoint: string): { id: string; devices: BtrfsDevice[] } {
  const handle = openSync(mountPoint, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const info = Buffer.alloc(FILESYSTEM_INFO_BYTES);
    ioctl(handle, Request.filesystemInfo, info);
    const maxId = readUint64(info, 0);
    const count = readUint64(info, 8);
    const devices: BtrfsDevice[] = [];
    for (let id = 0; id <= maxId && devices.length < count; id++) {
      const device = readDevice(handle, id);
      if (device !== undefined) devices.push(device);
    }
    return { id: info.toString('hex', 16, 32), devices };
  } finally {
    closeSync(handle);
  }
}

/** undefined for a number without a device. */
function readDevice(handle: number, id: number): BtrfsDevice | undefined {
  const info = Buffer.alloc(DEVICE_INFO_BYTES);
  info.writeBigUInt64LE(BigInt(id), 0);
  try {
    ioctl(handle, Request.deviceInfo, info);
  } catch (error) {
    if ((error as CodedError).code === 'ENODEV') return undefined;
    throw error;
  }
  const stats = Buffer.alloc(DEVICE_STATS_BYTES);
  stats.writeBigUInt64LE(BigInt(id), 0);
  stats.writeBigUInt64LE(BigInt(ERROR_KINDS.length), 8);
  ioctl(handle, Request.deviceStats, stats);
  return {
    path: zeroTerminated(info.subarray(DEVICE_PATH_AT)),
    uuid: info.toString('hex', 8, 24),
    usedBytes: readUint64(info, 24),
    totalBytes: readUint64(info, 32),
    errors: Object.fromEntries(ERROR_KINDS.map((kind, i) => [kind, readUint64(stats, 24 + i * 8)])),
  };
}

function ioctl(handle: number, request: bigint, argument: Buffer): void {
  if (libc().ioctl(handle, request, argument) >= 0) return;
  const name = getSystemErrorName(-lastErrno());
  throw new CodedError(name, `btrfs ioctl: ${name}`);
}
