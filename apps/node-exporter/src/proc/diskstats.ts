// /proc/diskstats: major, minor, name, then 11 counters, 15 since Linux 4.18, 17 since 5.5.
import { fields, lines, parseUint } from '../files.ts';

/** Fewer columns are the short lines that old kernels print for partitions. */
const COUNTERS_MIN = 11;
const COUNTERS_MAX = 17;

export interface DiskStats {
  readonly major: string;
  readonly minor: string;
  readonly device: string;
  /** In the order of the file; as many as the kernel has. */
  readonly counters: readonly number[];
}

export function parseDiskstats(text: string): DiskStats[] {
  const disks: DiskStats[] = [];
  for (const line of lines(text)) {
    const parts = fields(line);
    if (parts.length < 3 + COUNTERS_MIN) continue;
    const counters: number[] = [];
    for (let i = 3; i < parts.length && i < 3 + COUNTERS_MAX; i++) {
      counters.push(parseUint(parts[i]!, '/proc/diskstats'));
    }
    disks.push({ major: parts[0]!, minor: parts[1]!, device: parts[2]!, counters });
  }
  return disks;
}
