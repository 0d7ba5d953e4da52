// Ours beside Debian's prometheus-node-exporter (1.5) at the same moment: every family that both have has the same
// types and label sets, and values within what moves between two reads.
import { execFileSync } from 'node:child_process';
import { describePeers, freePort } from '@prometheus-ts/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Daemon, ourCommand } from '../support/daemon.ts';
import { type Exposition, parseExposition, withoutLabels } from '../support/exposition.ts';

/** Debian patches these defaults; upstream's, which ours are, make both look at the same devices. */
const UPSTREAM_DEFAULTS = [
  '--collector.netdev.device-exclude=',
  String.raw`--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`,
  '--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
  '--no-collector.systemd',
];
/** Collectors that are off by default in both, and need nothing that a test host may lack. */
const ALSO = [
  'buddyinfo',
  'cgroups',
  'ethtool',
  'interrupts',
  'ksmd',
  'lnstat',
  'meminfo_numa',
  'mountstats',
  'network_route',
  'processes',
  'qdisc',
  'slabinfo',
  'tcpstat',
  'wifi',
  'zoneinfo',
].map((name) => `--collector.${name}`);

/** What is another number at every look: bytes queued in sockets, tasks running, requests in flight. */
const MOMENTARY =
  /^node_(tcp_connection_states|udp_queues|procs_running|procs_blocked|processes_state|disk_io_now)\b/;

/** Families that only one of them has, and why. */
const ONLY_THEIRS: readonly RegExp[] = [
  /^go_/, // the runtime of Go
  // 1.5 serves every field of /proc/meminfo, 1.12 a list of them
  /^node_memory_(Balloon|FileHugePages|FilePmdMapped|Hugetlb|KReclaimable|SecPageTables|Unaccepted|.*PagesUsed)\w*$/,
];
const ONLY_OURS: readonly RegExp[] = [
  /^nodejs_/, // the runtime of JavaScript
  // came with 1.6 to 1.12
  /^node_filesystem_mount_info$/,
  /^node_ksmd_general_profit_bytes$/,
  /^node_kernel_hung_tasks_total$/,
  /^node_netstat_TcpExt_(TCPOFOQueue|TCPRcvQDrop)$/,
  /^node_softnet_(backlog_len|cpu_collision_total|flow_limit_count_total|received_rps_total)$/,
  /^node_(watchdog|dmmultipath|bcachefs)_/,
  /^node_pressure_irq_stalled_seconds_total$/,
  /^node_memory_Z?swap(ped)?_bytes$/,
  // the network of the process, which Go's library learned later
  /^process_network_(receive|transmit)_bytes_total$/,
];
/** Labels that came after 1.5. */
const NEW_LABELS = ['rotational', 'device_error', 'adminstate', 'nodeversion', 'goversion'];
/** About the exporters themselves, or about collectors that 1.5 has not. */
const OWN = /^(process_|promhttp_|node_exporter_build_info|node_scrape_collector_)/;
/** Counts that scraping itself changes, or that other programs change by more than a part between two reads. */
const RESTLESS =
  /^node_(load|procs_|processes_|sockstat_|tcp_|slabinfo_|buddyinfo_|zoneinfo_|memory_|netstat_|network_|disk_|vmstat_|nf_conntrack_|udp_queues|arp_entries|qdisc_|cpu_|schedstat_|softnet_|pressure_|interrupts|intr_|context_|forks_|entropy_|filefd_|filesystem_|time|timex_|lnstat_|ethtool_)/;

describePeers(['prometheus-node-exporter'], "beside Debian's exporter", () => {
  const daemons: Daemon[] = [];
  let ours: Exposition;
  let theirs: Exposition;

  beforeAll(async () => {
    const [port, peerPort] = [await freePort(), await freePort()];
    const { command, args } = ourCommand('node-exporter', 'source');
    const start = (program: string, flags: readonly string[], at: number) =>
      Daemon.start({
        command: program,
        args: [...flags, `--web.listen-address=127.0.0.1:${at}`],
        readyUrl: `http://127.0.0.1:${at}/metrics`,
      });
    daemons.push(
      await start(command, [...args, ...ALSO], port),
      await start('prometheus-node-exporter', [...UPSTREAM_DEFAULTS, ...ALSO], peerPort),
    );
    const read = async (at: number) =>
      parseExposition(await (await fetch(`http://127.0.0.1:${at}/metrics`)).text());
    [theirs, ours] = await Promise.all([read(peerPort), read(port)]);
  });

  afterAll(() => Promise.all(daemons.map((daemon) => daemon.kill())));

  const isExplained = (family: string, reasons: readonly RegExp[]) =>
    reasons.some((reason) => reason.test(family));

  test('each family that only one has is explained', () => {
    const onlyTheirs = [...theirs.types.keys()].filter((family) => !ours.types.has(family));
    const onlyOurs = [...ours.types.keys()].filter((family) => !theirs.types.has(family));
    expect(onlyTheirs.filter((family) => !isExplained(family, ONLY_THEIRS))).toEqual([]);
    expect(onlyOurs.filter((family) => !isExplained(family, ONLY_OURS))).toEqual([]);
  });

  test('common families have the same types', () => {
    const differing = [...theirs.types].filter(([family, type]) => (ours.types.get(family) ?? type) !== type);
    expect(differing).toEqual([]);
  });

  test('common families have the same label sets', () => {
    const [left, right] = [theirs, ours].map((exposition) => commonSeries(exposition, theirs, ours));
    const missing = [...left!.keys()].filter((series) => !right!.has(series));
    const surplus = [...right!.keys()].filter((series) => !left!.has(series));
    // A socket state, process state or slab may come and go between the two reads.
    const passing = /^node_(tcp_connection_states|processes_(threads_)?state|slabinfo_|interrupts_total)/;
    expect(missing.filter((series) => !passing.test(series))).toEqual([]);
    expect(surplus.filter((series) => !passing.test(series))).toEqual([]);
  });

  test('what stands still has the same values, what moves is near', () => {
    const [left, right] = [theirs, ours].map((exposition) => commonSeries(exposition, theirs, ours));
    const apart: string[] = [];
    let compared = 0;
    for (const [series, value] of left!) {
      if (MOMENTARY.test(series)) continue;
      const other = right!.get(series);
      if (other === undefined) continue;
      compared += 1;
      const distance = Math.abs(value - other);
      const near = RESTLESS.test(series) ? Math.max(Math.abs(value), Math.abs(other)) * 0.5 + 5000 : 0;
      if (distance > near) apart.push(`${series}: ${value} and ${other}`);
    }
    expect(apart).toEqual([]);
    expect(compared).toBeGreaterThan(400);
  });
});

/** Makes interfaces, addresses, routes and queues in a network namespace of its own, and asks both exporters there. */
const IN_NAMESPACE = `
set -e
ip link set lo up
ip link add v0 type veth peer name v1
ip addr add 10.77.0.1/24 dev v0
ip addr add fd77::1/64 dev v0
ip link set v0 alias "to the other" up
ip link set v1 up
ip route add 10.78.0.0/16 via 10.77.0.2
ip route add 10.79.0.0/16 nexthop via 10.77.0.2 weight 1 nexthop via 10.77.0.3 weight 3
ip neigh add 10.77.0.9 lladdr 02:00:00:00:00:09 dev v0
tc qdisc add dev v0 root tbf rate 10mbit burst 32kbit latency 400ms
mount -t sysfs sysfs /sys
FLAGS="--collector.disable-defaults --collector.arp --collector.netclass --collector.netdev --collector.qdisc --collector.network_route --collector.tcpstat --collector.ethtool"
"$@" $FLAGS --web.listen-address=127.0.0.1:9100 >/dev/null 2>&1 & OURS=$!
prometheus-node-exporter $FLAGS --collector.netdev.device-exclude= --web.listen-address=127.0.0.1:9101 >/dev/null 2>&1 & THEIRS=$!
trap 'kill $OURS $THEIRS' EXIT
for port in 9100 9101; do
  for try in $(seq 100); do curl -sf -o /dev/null "http://127.0.0.1:$port/" && break; sleep 0.1; done
done
curl -sf http://127.0.0.1:9101/metrics
echo "== ours =="
curl -sf http://127.0.0.1:9100/metrics
`;

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--net', '--mount', 'sh', '-c', 'ip link add v0 type veth peer name v1'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

const namespaces = canUnshare();

describePeers(['prometheus-node-exporter', 'unshare', 'ip', 'tc', 'curl'], 'in a network namespace', () => {
  describe.skipIf(!namespaces)(
    namespaces
      ? 'with interfaces of its own'
      : 'with interfaces of its own [skipped: needs the right to make namespaces]',
    () => {
      test('what comes over netlink and ioctl is the same as with the original', () => {
        const { command, args } = ourCommand('node-exporter', 'source');
        const script = ['--net', '--mount', 'sh', '-c', IN_NAMESPACE, 'sh', command, ...args];
        const [theirs, ours] = execFileSync('unshare', script, { encoding: 'utf8', timeout: 60_000 })
          .split('== ours ==\n')
          .map(parseExposition);
        const [left, right] = [theirs!, ours!].map((exposition) => commonSeries(exposition, theirs!, ours!));
        const keys = (series: ReadonlyMap<string, number>) =>
          [...series.keys()].filter((key) => !key.startsWith('node_tcp_connection_states')).sort();
        expect(keys(right!)).toEqual(keys(left!));
        const onlyTheirs = [...theirs!.types.keys()].filter((family) => !ours!.types.has(family));
        expect(onlyTheirs.filter((family) => !isAbout(family))).toEqual([]);
        const still = keys(left!).filter(
          (key) => !/_(bytes|packets)_total|_carrier_|node_network_(receive|transmit)/.test(key),
        );
        for (const key of still) expect([key, right!.get(key)]).toEqual([key, left!.get(key)]);
        // That the namespace was looked at, and not the host.
        const has = (start: string) => [...right!.keys()].some((key) => key.startsWith(start));
        expect(has('node_arp_entries{device="v0"}')).toBe(true);
        expect(has('node_qdisc_bytes_total{device="v0",kind="tbf"}')).toBe(true);
        expect([...right!.keys()].filter((key) => key.includes('10.79.0.0/16'))).toHaveLength(2);
        expect(has('node_ethtool_info{')).toBe(true);
      });
    },
  );
});

/** About the exporter and its runtime. */
function isAbout(family: string): boolean {
  return OWN.test(family) || family.startsWith('go_');
}

/** Series of families that both have, without the labels that are new and without what is about the exporter. */
function commonSeries(from: Exposition, a: Exposition, b: Exposition): Map<string, number> {
  const common = new Map<string, number>();
  for (const [series, value] of from.values) {
    const family = series.replace(/\{.*/s, '');
    if (!a.types.has(family) || !b.types.has(family) || OWN.test(family)) continue;
    common.set(withoutLabels(series, NEW_LABELS), value);
  }
  return common;
}
