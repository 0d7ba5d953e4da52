// The list of collectors. Adding one means adding it here; nothing registers itself.
import type { CollectorDefinition } from './collector.ts';
import { arp } from './collectors/arp.ts';
import { bonding } from './collectors/bonding.ts';
import { buddyinfo } from './collectors/buddyinfo.ts';
import { cgroups } from './collectors/cgroups.ts';
import { conntrack } from './collectors/conntrack.ts';
import { cpu } from './collectors/cpu.ts';
import { cpuVulnerabilities } from './collectors/cpu-vulnerabilities.ts';
import { cpufreq } from './collectors/cpufreq.ts';
import { diskstats } from './collectors/diskstats.ts';
import { dmi } from './collectors/dmi.ts';
import { drbd } from './collectors/drbd.ts';
import { edac } from './collectors/edac.ts';
import { entropy } from './collectors/entropy.ts';
import { filefd } from './collectors/filefd.ts';
import { filesystem } from './collectors/filesystem.ts';
import { interrupts } from './collectors/interrupts.ts';
import { kernelHung } from './collectors/kernel-hung.ts';
import { ksmd } from './collectors/ksmd.ts';
import { lnstat } from './collectors/lnstat.ts';
import { loadavg } from './collectors/loadavg.ts';
import { meminfo } from './collectors/meminfo.ts';
import { meminfoNuma } from './collectors/meminfo-numa.ts';
import { netdev } from './collectors/netdev.ts';
import { netstat } from './collectors/netstat.ts';
import { os } from './collectors/os.ts';
import { pressure } from './collectors/pressure.ts';
import { processes } from './collectors/processes.ts';
import { rapl } from './collectors/rapl.ts';
import { schedstat } from './collectors/schedstat.ts';
import { slabinfo } from './collectors/slabinfo.ts';
import { sockstat } from './collectors/sockstat.ts';
import { softirqs } from './collectors/softirqs.ts';
import { softnet } from './collectors/softnet.ts';
import { stat } from './collectors/stat.ts';
import { swap } from './collectors/swap.ts';
import { sysctl } from './collectors/sysctl.ts';
import { thermalZone } from './collectors/thermal-zone.ts';
import { time } from './collectors/time.ts';
import { udpQueues } from './collectors/udp-queues.ts';
import { uname } from './collectors/uname.ts';
import { vmstat } from './collectors/vmstat.ts';
import { watchdog } from './collectors/watchdog.ts';
import { xfrm } from './collectors/xfrm.ts';
import { zoneinfo } from './collectors/zoneinfo.ts';

/** Every collector of every platform, by name. */
export const COLLECTORS: readonly CollectorDefinition[] = [
  arp,
  bonding,
  buddyinfo,
  cgroups,
  conntrack,
  cpu,
  cpuVulnerabilities,
  cpufreq,
  diskstats,
  dmi,
  drbd,
  edac,
  entropy,
  filefd,
  filesystem,
  interrupts,
  kernelHung,
  ksmd,
  lnstat,
  loadavg,
  meminfo,
  meminfoNuma,
  netdev,
  netstat,
  os,
  pressure,
  processes,
  rapl,
  schedstat,
  slabinfo,
  sockstat,
  softirqs,
  softnet,
  stat,
  swap,
  sysctl,
  thermalZone,
  time,
  udpQueues,
  uname,
  vmstat,
  watchdog,
  xfrm,
  zoneinfo,
];

/** Those that exist on this platform. */
export function platformCollectors(platform: string = process.platform): CollectorDefinition[] {
  return COLLECTORS.filter((definition) => (definition.platforms as readonly string[]).includes(platform));
}
