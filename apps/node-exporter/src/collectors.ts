// The list of collectors. Adding one means adding it here; nothing registers itself.
import type { CollectorDefinition } from './collector.ts';
import { cpu } from './collectors/cpu.ts';
import { diskstats } from './collectors/diskstats.ts';
import { filesystem } from './collectors/filesystem.ts';
import { loadavg } from './collectors/loadavg.ts';
import { meminfo } from './collectors/meminfo.ts';
import { netdev } from './collectors/netdev.ts';
import { os } from './collectors/os.ts';
import { stat } from './collectors/stat.ts';
import { time } from './collectors/time.ts';
import { uname } from './collectors/uname.ts';
import { vmstat } from './collectors/vmstat.ts';

/** Every collector of every platform, by name. */
export const COLLECTORS: readonly CollectorDefinition[] = [
  cpu,
  diskstats,
  filesystem,
  loadavg,
  meminfo,
  netdev,
  os,
  stat,
  time,
  uname,
  vmstat,
];

/** Those that exist on this platform. */
export function platformCollectors(platform: string = process.platform): CollectorDefinition[] {
  return COLLECTORS.filter((definition) => (definition.platforms as readonly string[]).includes(platform));
}
