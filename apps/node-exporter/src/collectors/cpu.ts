// Processor times, identities, throttling and states.
import { compileUnanchored, type Regexp } from '@prometheus-ts/regexp';
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { listFolder, readText, tryReadTrimmed, tryReadUint } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseCpuInfo } from '../proc/cpuinfo.ts';
import { type CpuTimes, parseStat } from '../proc/stat.ts';
import { parseCpuList } from '../sys/cpu-list.ts';

const SECONDS = counter('node_cpu_seconds_total', 'Time that each processor spent in each mode.', [
  'cpu',
  'mode',
]);
const GUEST = counter(
  'node_cpu_guest_seconds_total',
  'Time that each processor ran guests; also part of the modes user and nice.',
  ['cpu', 'mode'],
);
const INFO = gauge('node_cpu_info', 'What /proc/cpuinfo says of each processor.', [
  'package',
  'core',
  'cpu',
  'vendor',
  'family',
  'model',
  'model_name',
  'microcode',
  'stepping',
  'cachesize',
]);
const FREQUENCY = gauge('node_cpu_frequency_hertz', 'Clock rate of each processor from /proc/cpuinfo.', [
  'package',
  'core',
  'cpu',
]);
const FLAG = gauge('node_cpu_flag_info', 'Chosen features of the first processor.', ['flag']);
const BUG = gauge('node_cpu_bug_info', 'Chosen flaws of the first processor.', ['bug']);
const CORE_THROTTLES = counter('node_cpu_core_throttles_total', 'How often heat made this core slow down.', [
  'package',
  'core',
]);
const PACKAGE_THROTTLES = counter(
  'node_cpu_package_throttles_total',
  'How often heat made this package slow down.',
  ['package'],
);
const ISOLATED = gauge('node_cpu_isolated', 'Processors that the scheduler leaves alone.', ['cpu']);
const ONLINE = gauge('node_cpu_online', 'Whether the kernel schedules on this processor.', ['cpu']);

/** An idle time that falls by this much means that the processor was taken out and came back. */
const JUMP_BACK_SECONDS = 3;

const MODES: readonly (readonly [keyof CpuTimes, string])[] = [
  ['user', 'user'],
  ['nice', 'nice'],
  ['system', 'system'],
  ['idle', 'idle'],
  ['iowait', 'iowait'],
  ['irq', 'irq'],
  ['softirq', 'softirq'],
  ['steal', 'steal'],
];

export const cpu: CollectorDefinition = {
  name: 'cpu',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.cpu.guest',
      kind: 'bool',
      default: 'true',
      help: 'Show the time spent in guests, node_cpu_guest_seconds_total.',
    },
    { name: 'collector.cpu.info', kind: 'bool', help: 'Show node_cpu_info.' },
    {
      name: 'collector.cpu.info.flags-include',
      kind: 'string',
      help: 'Expression for the processor features to show; implies --collector.cpu.info.',
    },
    {
      name: 'collector.cpu.info.bugs-include',
      kind: 'string',
      help: 'Expression for the processor flaws to show; implies --collector.cpu.info.',
    },
  ],
  create: (context) => new CpuCollector(context),
};

class CpuCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #withGuest: boolean;
  readonly #withInfo: boolean;
  readonly #flagsWanted: Regexp | undefined;
  readonly #bugsWanted: Regexp | undefined;
  readonly #isolated: readonly number[];
  /** The highest times seen: the kernel's counters go back now and then, ours must not. */
  #times = new Map<number, CpuTimes>();

  constructor(context: CollectorContext) {
    const { flags, paths } = context;
    this.#context = context;
    this.#withGuest = flags.bool('collector.cpu.guest');
    this.#flagsWanted = optional(flags.string('collector.cpu.info.flags-include'));
    this.#bugsWanted = optional(flags.string('collector.cpu.info.bugs-include'));
    this.#withInfo =
      flags.bool('collector.cpu.info') || this.#flagsWanted !== undefined || this.#bugsWanted !== undefined;
    this.#isolated = parseCpuList(tryReadTrimmed(paths.sys('devices/system/cpu/isolated')) ?? '');
  }

  update(sink: MetricSink): void {
    if (this.#withInfo) this.#addInfo(sink);
    this.#addTimes(sink);
    for (const number of this.#isolated) sink.add(ISOLATED, 1, String(number));
    const folder = this.#context.paths.sys('devices/system/cpu');
    const cpus = listFolder(folder).filter((name) => /^cpu\d+$/.test(name));
    addThrottles(sink, folder, cpus);
    addOnline(sink, folder, cpus);
  }

  #addTimes(sink: MetricSink): void {
    const { cpus } = parseStat(readText(this.#context.paths.proc('stat')));
    const times = new Map<number, CpuTimes>();
    for (const [number, now] of cpus) {
      const label = String(number);
      const highest = rising(this.#times.get(number), now);
      times.set(number, highest);
      for (const [field, mode] of MODES) sink.add(SECONDS, highest[field], label, mode);
      if (!this.#withGuest) continue;
      sink.add(GUEST, highest.guest, label, 'user');
      sink.add(GUEST, highest.guestNice, label, 'nice');
    }
    this.#times = times;
  }

  #addInfo(sink: MetricSink): void {
    const cpus = parseCpuInfo(readText(this.#context.paths.proc('cpuinfo')));
    const withFrequency = this.#context.enabled('cpufreq');
    for (const each of cpus) {
      const { physicalId, coreId } = each;
      const number = String(each.processor);
      const about = [each.vendor, each.family, each.model, each.modelName, each.microcode, each.stepping];
      sink.add(INFO, 1, physicalId, coreId, number, ...about, each.cacheSize);
      if (withFrequency) sink.add(FREQUENCY, each.megahertz * 1e6, physicalId, coreId, number);
    }
    const first = cpus[0];
    if (first === undefined) return;
    addMatching(sink, FLAG, first.flags, this.#flagsWanted);
    addMatching(sink, BUG, first.bugs, this.#bugsWanted);
  }
}

function optional(expression: string): Regexp | undefined {
  return expression === '' ? undefined : compileUnanchored(expression);
}

function addMatching(
  sink: MetricSink,
  metric: MetricDescription,
  values: readonly string[],
  wanted: Regexp | undefined,
): void {
  if (wanted === undefined) return;
  for (const value of values) if (wanted.matches(value)) sink.add(metric, 1, value);
}

/** The times, none lower than before, unless the processor came back and counts from the start. */
export function rising(before: CpuTimes | undefined, now: CpuTimes): CpuTimes {
  if (before === undefined || before.idle - now.idle >= JUMP_BACK_SECONDS) return now;
  return {
    user: Math.max(before.user, now.user),
    nice: Math.max(before.nice, now.nice),
    system: Math.max(before.system, now.system),
    idle: Math.max(before.idle, now.idle),
    iowait: Math.max(before.iowait, now.iowait),
    irq: Math.max(before.irq, now.irq),
    softirq: Math.max(before.softirq, now.softirq),
    steal: Math.max(before.steal, now.steal),
    guest: Math.max(before.guest, now.guest),
    guestNice: Math.max(before.guestNice, now.guestNice),
  };
}

/** Threads of one core share a counter, so each core and each package is counted once. */
function addThrottles(sink: MetricSink, folder: string, cpus: readonly string[]): void {
  const packages = new Set<number>();
  const cores = new Set<string>();
  for (const name of cpus) {
    const throttle = `${folder}/${name}/thermal_throttle`;
    const coreCount = tryReadUint(`${throttle}/core_throttle_count`);
    const packageCount = tryReadUint(`${throttle}/package_throttle_count`);
    if (coreCount === undefined && packageCount === undefined) continue;
    const physical = tryReadUint(`${folder}/${name}/topology/physical_package_id`);
    const core = tryReadUint(`${folder}/${name}/topology/core_id`);
    if (physical === undefined || core === undefined) continue;
    const key = `${physical}/${core}`;
    if (coreCount !== undefined && !cores.has(key)) {
      cores.add(key);
      sink.add(CORE_THROTTLES, coreCount, String(physical), String(core));
    }
    if (packageCount !== undefined && !packages.has(physical)) {
      packages.add(physical);
      sink.add(PACKAGE_THROTTLES, packageCount, String(physical));
    }
  }
}

/** Nothing where the first processor cannot be taken out, since then none can on most machines. */
function addOnline(sink: MetricSink, folder: string, cpus: readonly string[]): void {
  if (cpus.length === 0 || tryReadTrimmed(`${folder}/${cpus[0]}/online`) === undefined) return;
  for (const name of cpus) {
    const online = tryReadTrimmed(`${folder}/${name}/online`) === '1';
    sink.add(ONLINE, online ? 1 : 0, name.slice('cpu'.length));
  }
}
