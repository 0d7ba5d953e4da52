// Counters of the processor and the kernel, perf_event_open(2). A counter is a file descriptor that is read.
import { getSystemErrorName } from 'node:util';
import { CodedError } from '@prometheus-ts/model';
import { lastErrno, libc } from './libc.ts';
import { readUint64 } from './netlink.ts';

const SYSCALLS: Readonly<Record<string, bigint>> = { x64: 298n, arm64: 241n };
/** struct perf_event_attr, version 5. */
const ATTRIBUTE_BYTES = 112;
const READ_FORMAT = 0x3n;
const DISABLED = 1n;
const EXCLUDE_HYPERVISOR = 1n << 6n;
const FLAG_CLOSE_ON_EXEC = 8n;
const IOCTL_RESET = 0x2403n;
const IOCTL_ENABLE = 0x2400n;
const ANY_PROCESS = -1n;
const NO_GROUP = -1n;

export const PerfType = { hardware: 0, software: 1, tracepoint: 2, cache: 3 } as const;

/** A counter of everything that runs on one processor. */
export class PerfCounter {
  readonly #handle: number;
  readonly #value = Buffer.alloc(24);

  /** Throws CodedError with the kernel's code: ENOENT and EOPNOTSUPP where there is no such counter, EACCES. */
  constructor(type: number, config: bigint, cpu: number) {
    const number = SYSCALLS[process.arch];
    if (number === undefined)
      throw new CodedError('ENOSYS', `perf_event_open on ${process.arch} is not known`);
    const attribute = Buffer.alloc(ATTRIBUTE_BYTES);
    attribute.writeUInt32LE(type, 0);
    attribute.writeUInt32LE(ATTRIBUTE_BYTES, 4);
    attribute.writeBigUInt64LE(config, 8);
    attribute.writeBigUInt64LE(READ_FORMAT, 32);
    attribute.writeBigUInt64LE(DISABLED | EXCLUDE_HYPERVISOR, 40);
    this.#handle = Number(
      libc().syscall(number, attribute, ANY_PROCESS, BigInt(cpu), NO_GROUP, FLAG_CLOSE_ON_EXEC),
    );
    if (this.#handle < 0) throw perfError('perf_event_open');
    if (
      libc().ioctl(this.#handle, IOCTL_RESET, null) < 0 ||
      libc().ioctl(this.#handle, IOCTL_ENABLE, null) < 0
    ) {
      this.close();
      throw perfError('perf ioctl');
    }
  }

  read(): number {
    if (libc().read(this.#handle, this.#value, BigInt(this.#value.length)) < 0n) throw perfError('perf read');
    return readUint64(this.#value, 0);
  }

  close(): void {
    libc().close(this.#handle);
  }
}

function perfError(what: string): CodedError {
  const name = getSystemErrorName(-lastErrno());
  const isRefused = name === 'EACCES' || name === 'EPERM';
  const hint = 'give the exporter CAP_PERFMON, or lower the setting kernel.perf_event_paranoid';
  return new CodedError(name, `${what}: ${name}`, isRefused ? { hint } : {});
}
