// The flags with which upstream made the expected output; `folder` holds the fixtures (FLAGS.md in the corpus).

const ENABLED =
  'arp bcache bcachefs bonding btrfs buddyinfo cgroups conntrack cpu cpufreq cpu_vulnerabilities diskstats dmi drbd edac entropy fibrechannel filefd hwmon infiniband interrupts ipvs kernel_hung ksmd lnstat loadavg mdadm meminfo meminfo_numa mountstats netdev netstat nfs nfsd pcidevice pressure processes qdisc rapl schedstat slabinfo sockstat softirqs stat sysctl textfile thermal_zone udp_queues vmstat watchdog wifi xfrm xfs zfs zoneinfo';
const DISABLED = 'selinux filesystem timex uname';

export function fixtureFlags(folder: string): string[] {
  return [
    `--path.rootfs=${folder}`,
    `--path.procfs=${folder}/proc`,
    `--path.sysfs=${folder}/sys`,
    `--path.udev.data=${folder}/udev/data`,
    ...ENABLED.split(' ').map((name) => `--collector.${name}`),
    ...DISABLED.split(' ').map((name) => `--no-collector.${name}`),
    '--collector.cpu.info',
    '--collector.cpu.info.bugs-include=^(cpu_meltdown|spectre_.*|mds)$',
    '--collector.cpu.info.flags-include=^(aes|avx.?|constant_tsc)$',
    '--collector.arp.device-exclude=nope',
    '--no-collector.arp.netlink',
    '--collector.bcache.priorityStats',
    '--collector.hwmon.chip-include=(applesmc|asus_nb_wmi|coretemp|hwmon4|ieee80211|nct6779)',
    '--collector.netclass.ignore-invalid-speed',
    '--collector.netclass.ignored-devices=(dmz|int)',
    '--collector.netdev.device-include=lo',
    '--collector.qdisc.device-include=(wlan0|eth0)',
    `--collector.qdisc.fixtures=${folder}/qdisc/`,
    `--collector.wifi.fixtures=${folder}/wifi`,
    '--collector.stat.softirq',
    `--collector.textfile.directory=${folder}/textfile/two_metric_files/`,
    '--collector.sysctl.include=fs.file-nr',
    '--collector.sysctl.include=fs.file-nr:total,current,max',
    '--collector.sysctl.include=kernel.threads-max',
    '--collector.sysctl.include-info=kernel.seccomp.actions_avail',
    '--web.listen-address=127.0.0.1:0',
  ];
}
