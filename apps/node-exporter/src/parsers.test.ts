// The pure parsers where the fixtures of upstream do not reach.
import { compileUnanchored } from '@prometheus-ts/regexp';
import { describe, expect, test } from 'vitest';
import { rising } from './collectors/cpu.ts';
import { parseVulnerability } from './collectors/cpu-vulnerabilities.ts';
import { addSettings, statisticNames } from './collectors/ethtool.ts';
import { addressScope, classicCounters } from './collectors/netdev.ts';
import { parseVersionList } from './collectors/os.ts';
import { DbusReader, DbusWriter } from './dbus/marshal.ts';
import { ipText, prefixText } from './kernel/ip-text.ts';
import { attribute, eachAttribute } from './kernel/netlink.ts';
import { parseRoute } from './kernel/routes.ts';
import { mergeFamilies } from './merge-families.ts';
import { sanitizeMetricName } from './metric.ts';
import { MetricSink } from './metric-sink.ts';
import { parseOsRelease } from './parse-os-release.ts';
import { parseCpuInfo } from './proc/cpuinfo.ts';
import { parseMdstat } from './proc/mdstat.ts';
import { parseMountinfo, unescapePath } from './proc/mountinfo.ts';
import type { CpuTimes } from './proc/stat.ts';
import { parseCpuList } from './sys/cpu-list.ts';
import { isLocalPath } from './sys/filesystem-types.ts';
import { parseBinarySize, parseHumanSize } from './sys/human-size.ts';
import { parsePerfCpus } from './sys/perf-cpus.ts';
import { abbreviationIn } from './time-zone.ts';

describe('processors', () => {
  const times = (idle: number, user: number): CpuTimes => ({
    user,
    nice: 0,
    system: 0,
    idle,
    iowait: 0,
    irq: 0,
    softirq: 0,
    steal: 0,
    guest: 0,
    guestNice: 0,
  });

  test('times never go back a little, but start anew when the processor came back', () => {
    expect(rising(times(100, 50), times(99.5, 49))).toEqual(times(100, 50));
    expect(rising(times(100, 50), times(101, 51))).toEqual(times(101, 51));
    expect(rising(times(100, 50), times(1, 2))).toEqual(times(1, 2));
  });

  test('/proc/cpuinfo of ARM and of s390x', () => {
    const arm = parseCpuInfo(
      'processor\t: 0\nFeatures\t: fp asimd\n\nprocessor\t: 1\nFeatures\t: fp asimd\n',
    );
    expect(arm.map(({ processor, flags }) => [processor, flags])).toEqual([
      [0, ['fp', 'asimd']],
      [1, ['fp', 'asimd']],
    ]);
    const s390x = parseCpuInfo(
      'vendor_id       : IBM/S390\nfeatures\t: esan3 zarch\nprocessor 0: version = FF,  identification = 2733E8\n',
    );
    expect(s390x).toMatchObject([{ processor: 0, vendor: 'IBM/S390', flags: ['esan3', 'zarch'] }]);
  });

  test.each([
    ['0-3,8', [0, 1, 2, 3, 8]],
    ['', []],
    ['5', [5]],
  ])('the list %j', (text, numbers) => expect(parseCpuList(text)).toEqual(numbers));

  test('lists with strides', () => {
    expect(parsePerfCpus('0,2-6:2,9-10')).toEqual([0, 2, 4, 6, 9, 10]);
    expect(() => parsePerfCpus('1-')).toThrow(/invalid flag value/);
    expect(() => parsePerfCpus('1-3:0')).toThrow(/invalid flag value/);
  });

  test.each([
    ['Not affected', 'not affected', ''],
    [
      'Vulnerable: Clear CPU buffers attempted, no microcode',
      'vulnerable',
      'Clear CPU buffers attempted, no microcode',
    ],
    ['Mitigation: PTI', 'mitigation', 'PTI'],
    ['Unknown: Dependent on hypervisor status', 'unknown', 'Dependent on hypervisor status'],
    ['Processor vulnerable', 'unknown', 'Processor vulnerable'],
  ])('%s', (text, state, mitigation) => expect(parseVulnerability(text)).toEqual({ state, mitigation }));
});

describe('mounts', () => {
  const text =
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n30 22 0:30 / /mnt/a\\040b rw - nfs4 host:/x ro,addr=1.2.3.4\n';

  test('are read with their escapes', () => {
    const [root, share] = parseMountinfo(text);
    expect(root).toMatchObject({ major: '8', minor: '1', type: 'ext4', escapedMountPoint: '/' });
    expect(share!.superOptions).toEqual(['ro', 'addr=1.2.3.4']);
    expect(unescapePath(share!.escapedMountPoint)).toBe('/mnt/a b');
    expect(unescapePath('/a\\134b\\012c')).toBe('/a\\b\nc');
  });

  test('that need a server are not local', () => {
    const mounts = parseMountinfo(text);
    expect(isLocalPath('/var/lib', mounts)).toBe(true);
    expect(isLocalPath('/mnt/a b/c', mounts)).toBe(false);
    expect(isLocalPath('/mnt/a bc', mounts)).toBe(true);
  });

  test('malformed lines are named', () => {
    expect(() => parseMountinfo('22 1 8:1 / /\n')).toThrow(/mountinfo/);
  });
});

test('RAID arrays that wait to be rebuilt have no synced blocks', () => {
  const text =
    'md0 : active raid1 sda[0] sdb[1]\n      100 blocks [2/2] [UU]\n      \tresync=DELAYED\n\nunused devices: <none>\n';
  expect(parseMdstat(text)).toMatchObject([
    { name: 'md0', state: 'resyncing', blocks: 100, blocksSynced: 0 },
  ]);
});

describe('releases', () => {
  test('os-release with quotes, escapes and comments', () => {
    const values = parseOsRelease(
      '# a comment\nNAME="A \\"B\\" \\$C"\nID=debian\nVERSION=\'12 (x)\'\nBAD LINE\nEMPTY=\n',
    );
    expect(Object.fromEntries(values)).toEqual({
      NAME: 'A "B" $C',
      ID: 'debian',
      VERSION: '12 (x)',
      EMPTY: '',
    });
  });

  test("macOS's list of versions", () => {
    const list =
      '<plist><dict><key>ProductName</key>\n<string>macOS</string><key>ProductVersion</key><string>14.2</string><key>ProductBuildVersion</key><string>23C64</string></dict></plist>';
    expect(parseVersionList(list).get('VERSION_ID')).toBe('14.2');
    expect(parseVersionList(list).get('NAME')).toBe('macOS');
  });
});

describe('sizes', () => {
  test.each([
    ['512', 512],
    ['1.5k', 1524],
    ['-3M', -3 * 1024 * 1024],
  ])('%s as bcache prints it', (text, bytes) => expect(parseHumanSize(text, 'x')).toBe(bytes));
  test.each([
    ['10.5T', 10.5 * 1024 ** 4],
    ['62.5k', 64_000],
    ['7', 7],
  ])('%s as bcachefs prints it', (text, bytes) => expect(parseBinarySize(text, 'x')).toBe(bytes));
  test('anything else is an error', () => expect(() => parseHumanSize('many', 'x')).toThrow(/cannot parse/));
});

describe('addresses', () => {
  test('as text', () => {
    expect(ipText(Buffer.from([192, 0, 2, 1]))).toBe('192.0.2.1');
    expect(ipText(Buffer.from('20010db8000000000000000000000001', 'hex'))).toBe('2001:db8::1');
    expect(prefixText(Buffer.from([10, 1, 255, 7]), 18)).toBe('10.1.192.0/18');
    expect(prefixText(Buffer.alloc(0), 0)).toBe('default');
  });

  test.each([
    ['127.0.0.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['8.8.8.8', 'global'],
    ['ff01::1', 'interface-local'],
  ])('scope of %s', (address, scope) => expect(addressScope(address)).toBe(scope));
});

test('a route of several paths is one entry for each', () => {
  const hop = (index: number, weight: number, gateway: number[]) => {
    const inner = attribute(5, Buffer.from(gateway));
    const bytes = Buffer.alloc(8);
    bytes.writeUInt16LE(8 + inner.length, 0);
    bytes[3] = weight - 1;
    bytes.writeInt32LE(index, 4);
    return Buffer.concat([bytes, inner]);
  };
  const head = Buffer.from([2, 16, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]);
  const payload = Buffer.concat([
    head,
    attribute(1, Buffer.from([10, 9, 0, 0])),
    attribute(9, Buffer.concat([hop(2, 1, [10, 0, 0, 1]), hop(3, 5, [10, 0, 1, 1])])),
  ]);
  const names = new Map([
    [2, 'eth0'],
    [3, 'eth1'],
  ]);
  expect(parseRoute(payload, names).map(({ device, gateway, weight }) => [device, gateway, weight])).toEqual([
    ['eth0', '10.0.0.1', '1'],
    ['eth1', '10.0.1.1', '5'],
  ]);
  expect(parseRoute(payload, names)[0]!.destination).toBe('10.9.0.0/16');
});

test('attributes that are cut off end the walk', () => {
  const found: number[] = [];
  const bytes = Buffer.concat([attribute(1, Buffer.from([1])), Buffer.from([200, 0, 2, 0])]);
  eachAttribute(bytes, 0, (type) => found.push(type));
  expect(found).toEqual([1]);
});

describe('interfaces', () => {
  test('classic names are sums', () => {
    expect(
      classicCounters({ receive_dropped: 1, receive_missed_errors: 2, receive_bytes: 9, multicast: 4 }),
    ).toEqual({
      receive_drop: 3,
      receive_bytes: 9,
      receive_multicast: 4,
    });
  });

  test('link modes become speeds and capabilities', () => {
    const sink = new MetricSink();
    addSettings(sink, 'eth0', {
      supported: (1 << 5) | (1 << 6) | (1 << 7),
      advertised: 1 << 5,
      autonegotiation: 1,
    });
    const text = JSON.stringify(sink.families());
    expect(text).toContain('"1000baseT"');
    expect(text).toContain('"TP"');
    const negotiates = sink.families().find(({ name }) => name === 'node_network_autonegotiate_supported');
    expect(negotiates!.metrics[0]).toMatchObject({ value: 1 });
  });

  test('statistics whose names fall together are left out', () => {
    const statistics = new Map([
      ['rx_bytes', 1],
      ['rx.queue-0', 2],
      ['tx_Queue', 3],
      ['tx_queue', 4],
      ['[port] rx_unicast', 5],
    ]);
    expect(Object.fromEntries(statisticNames(statistics, compileUnanchored('.*')))).toEqual({
      received_bytes_total: 1,
      received_queue_0: 2,
      port_received_unicast: 5,
    });
  });

  test('names of metrics', () => expect(sanitizeMetricName('a._b..c')).toBe('a_b_c'));
});

describe('D-Bus', () => {
  test('what is written is read', () => {
    const writer = new DbusWriter();
    writer.byte(7);
    writer.string('héllo');
    writer.variant('s', 'inside');
    expect(new DbusReader(writer.bytes()).read('ysv')).toEqual([7, 'héllo', 'inside']);
  });

  test.each([
    ['s', '05000000'],
    ['as', 'ff0000000000'],
    ['z', '00'],
    ['v', '0273730000'],
  ])('%s from %s is malformed', (signature, hex) => {
    expect(() => new DbusReader(Buffer.from(hex, 'hex')).read(signature)).toThrow(/malformed D-Bus message/);
  });
});

test('a slim zone file names its zone in the rule at its end', () => {
  const head = Buffer.alloc(44);
  head.write('TZif2', 0, 'latin1');
  const file = Buffer.concat([head, Buffer.from('\nCET-1CEST,M3.5.0,M10.5.0/3\n')]);
  expect(abbreviationIn(file, 3600, 0)).toBe('CET');
  expect(abbreviationIn(file, 7200, 0)).toBe('CEST');
});

describe('joining families', () => {
  const family = (name: string, type: 'gauge' | 'counter', value: number, label = 'x') =>
    ({ name, type, help: '', metrics: [{ labels: ['a', label], value }] }) as const;

  test('sorts by name and joins those of one name', () => {
    const merged = mergeFamilies(
      [[family('b', 'gauge', 1)], [family('a', 'gauge', 2), family('b', 'gauge', 3, 'y')]],
      () => {},
    );
    expect(merged.map(({ name, metrics }) => [name, metrics.length])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  test('leaves out a series that is there already, and a family of another type', () => {
    const reasons: string[] = [];
    const merged = mergeFamilies(
      [[family('a', 'gauge', 1)], [family('a', 'gauge', 2), family('a', 'counter', 3, 'z')]],
      (reason) => reasons.push(reason),
    );
    expect(merged).toHaveLength(1);
    expect(merged[0]!.metrics).toMatchObject([{ value: 1 }]);
    expect(reasons).toHaveLength(2);
  });
});
