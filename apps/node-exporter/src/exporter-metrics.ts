// Metrics about the exporter itself: its build, its process, and the scrapes that it served. Names and meaning
// are those that Go's client library gives its programs, and of prom-client for the runtime.

import { operatingSystem, processor } from '@prometheus-ts/cli';
import type { MetricFamily } from '@prometheus-ts/exposition';
import { BUILD } from './build-info.ts';
import { fields, isSystemError, listFolder, readText, tryReadTrimmed } from './files.ts';
import { counter, gauge } from './metric.ts';
import { MetricSink } from './metric-sink.ts';
import { USER_HZ } from './proc/stat.ts';

const BUILD_INFO = gauge('node_exporter_build_info', 'Version and origin of this exporter.', [
  'branch',
  'goarch',
  'goos',
  'nodeversion',
  'revision',
  'tags',
  'version',
]);
const CPU = counter('process_cpu_seconds_total', 'Processor time that this process used.');
const RESIDENT = gauge('process_resident_memory_bytes', 'Memory of this process that is in RAM.');
const VIRTUAL = gauge('process_virtual_memory_bytes', 'Address space of this process.');
const VIRTUAL_MAX = gauge('process_virtual_memory_max_bytes', 'Limit of the address space, -1 for none.');
const OPEN_FDS = gauge('process_open_fds', 'File descriptors in use.');
const MAX_FDS = gauge('process_max_fds', 'File descriptors that this process may have.');
const START = gauge('process_start_time_seconds', 'When this process started, in seconds since the epoch.');
const RECEIVED = counter(
  'process_network_receive_bytes_total',
  'Bytes received in the network of this process.',
);
const SENT = counter('process_network_transmit_bytes_total', 'Bytes sent in the network of this process.');
const HEAP_TOTAL = gauge('nodejs_heap_size_total_bytes', 'Memory that the JavaScript heap has taken.');
const HEAP_USED = gauge('nodejs_heap_size_used_bytes', 'Memory of the JavaScript heap that is in use.');
const EXTERNAL = gauge('nodejs_external_memory_bytes', 'Memory outside the heap that JavaScript holds.');
const VERSION = gauge('nodejs_version_info', 'Version of the runtime.', [
  'version',
  'major',
  'minor',
  'patch',
]);
const SCRAPES = counter('promhttp_metric_handler_requests_total', 'Scrapes answered, by status.', ['code']);
const IN_FLIGHT = gauge('promhttp_metric_handler_requests_in_flight', 'Scrapes being answered now.');
const ERRORS = counter('promhttp_metric_handler_errors_total', 'Errors while answering scrapes.', ['cause']);

export class ExporterMetrics {
  readonly #byStatus = new Map([
    [200, 0],
    [500, 0],
    [503, 0],
  ]);
  readonly #errors = { encoding: 0, gathering: 0 };
  readonly #limits = readLimits();
  #bootTimeSeconds: number | undefined;
  inFlight = 0;

  countScrape(status: number): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
  }

  countError(cause: 'encoding' | 'gathering'): void {
    this.#errors[cause] += 1;
  }

  /** The build, which is served even where metrics about the exporter are not wanted. */
  buildFamilies(): MetricFamily[] {
    const sink = new MetricSink();
    sink.add(
      BUILD_INFO,
      1,
      BUILD.branch,
      processor(),
      operatingSystem(),
      process.version,
      BUILD.revision,
      'unknown',
      BUILD.version,
    );
    return sink.families();
  }

  families(): MetricFamily[] {
    const sink = new MetricSink();
    for (const [status, count] of this.#byStatus) sink.add(SCRAPES, count, String(status));
    sink.add(IN_FLIGHT, this.inFlight);
    sink.add(ERRORS, this.#errors.encoding, 'encoding');
    sink.add(ERRORS, this.#errors.gathering, 'gathering');
    this.#addProcess(sink);
    const memory = process.memoryUsage();
    sink.add(RESIDENT, memory.rss);
    sink.add(HEAP_TOTAL, memory.heapTotal);
    sink.add(HEAP_USED, memory.heapUsed);
    sink.add(EXTERNAL, memory.external);
    const [major, minor, patch] = process.versions.node.split('.');
    sink.add(VERSION, 1, process.version, major!, minor!, patch!);
    return sink.families();
  }

  #addProcess(sink: MetricSink): void {
    if (process.platform !== 'linux') {
      const { user, system } = process.cpuUsage();
      sink.add(CPU, (user + system) / 1e6);
      sink.add(START, Math.floor(Date.now() / 1000 - process.uptime()));
      return;
    }
    try {
      // proc_pid_stat(5); the name in parentheses may hold anything, so count from behind it.
      const text = readText('/proc/self/stat');
      const stat = fields(text.slice(text.lastIndexOf(')') + 1));
      const at = (number: number): number => Number(stat[number - 3]);
      this.#bootTimeSeconds ??= Number(/^btime (\d+)/m.exec(readText('/proc/stat'))?.[1] ?? 0);
      sink.add(CPU, (at(14) + at(15)) / USER_HZ);
      sink.add(START, this.#bootTimeSeconds + at(22) / USER_HZ);
      sink.add(VIRTUAL, at(23));
      sink.add(OPEN_FDS, listFolder('/proc/self/fd').length);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
    sink.add(MAX_FDS, this.#limits.openFiles);
    sink.add(VIRTUAL_MAX, this.#limits.addressSpace);
    addTraffic(sink);
  }
}

/** What the `IpExt` lines of netstat say: a line of names, a line of values. */
function addTraffic(sink: MetricSink): void {
  const rows = (tryReadTrimmed('/proc/self/net/netstat') ?? '').split('\n');
  const [names, values] = rows.filter((row) => row.startsWith('IpExt:')).map(fields);
  if (names === undefined || values === undefined) return;
  for (const [metric, name] of [
    [RECEIVED, 'InOctets'],
    [SENT, 'OutOctets'],
  ] as const) {
    const value = Number(values[names.indexOf(name)]);
    if (!Number.isNaN(value)) sink.add(metric, value);
  }
}

function readLimits(): { readonly openFiles: number; readonly addressSpace: number } {
  const text = tryReadTrimmed('/proc/self/limits') ?? '';
  const soft = (name: string): number => {
    const value = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(text)?.[1];
    // What Go's client prints for `unlimited`: the largest unsigned 64-bit number.
    return value === undefined || value === 'unlimited' ? 2 ** 64 : Number(value);
  };
  return { openFiles: soft('Max open files'), addressSpace: soft('Max address space') };
}
