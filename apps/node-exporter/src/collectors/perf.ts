// Counters of processors, caches and the kernel, by perf_event_open. They are opened at the first scrape, and stay.
import { availableParallelism } from 'node:os';
import { CodedError } from '@prometheus-ts/model';
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { tryReadTrimmed } from '../files.ts';
import { PerfCounter, PerfType } from '../kernel/perf-event.ts';
import { counter, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parsePerfCpus } from '../sys/perf-cpus.ts';

const CPU = ['cpu'];

interface Event {
  readonly name: string;
  readonly type: number;
  readonly config: bigint;
  readonly metric: MetricDescription;
}

/** Names as the flags have them, numbers as linux/perf_event.h. */
const HARDWARE = [
  hardware('CpuCycles', 0n, 'cpucycles', 'Cycles of the processor.'),
  hardware('CpuInstr', 1n, 'instructions', 'Instructions carried out.'),
  hardware('CacheRef', 2n, 'cache_refs', 'Accesses of the cache.'),
  hardware('CacheMisses', 3n, 'cache_misses', 'Accesses that missed the cache.'),
  hardware('BranchInstr', 4n, 'branch_instructions', 'Branches carried out.'),
  hardware('BranchMisses', 5n, 'branch_misses', 'Branches predicted wrongly.'),
  hardware('StalledCyclesFrontend', 7n, 'stalled_cycles_frontend', 'Cycles without an instruction to issue.'),
  hardware('StalledCyclesBackend', 8n, 'stalled_cycles_backend', 'Cycles that waited for results.'),
  hardware('RefCpuCycles', 9n, 'ref_cpucycles', 'Cycles at the reference rate.'),
];
const SOFTWARE = [
  software('PageFault', 2n, 'page_faults', 'Page faults.'),
  software('ContextSwitch', 3n, 'context_switches', 'Switches of context.'),
  software('CpuMigration', 4n, 'cpu_migrations', 'Moves to another processor.'),
  software('MinorFault', 5n, 'minor_faults', 'Page faults without I/O.'),
  software('MajorFault', 6n, 'major_faults', 'Page faults with I/O.'),
];
/** Cache, read 0 or write 1, hit 0 or miss 1. */
const CACHE = [
  cache('L1DataReadHit', 0, 0, 0, 'l1d_read_hits'),
  cache('L1DataReadMiss', 0, 0, 1, 'l1d_read_misses'),
  cache('L1DataWriteHit', 0, 1, 0, 'l1d_write_hits'),
  cache('L1InstrReadMiss', 1, 0, 1, 'l1_instr_read_misses'),
  cache('LLReadHit', 2, 0, 0, 'll_read_hits'),
  cache('LLReadMiss', 2, 0, 1, 'll_read_misses'),
  cache('LLWriteHit', 2, 1, 0, 'll_write_hits'),
  cache('LLWriteMiss', 2, 1, 1, 'll_write_misses'),
  cache('DataTLBReadHit', 3, 0, 0, 'tlb_data_read_hits'),
  cache('DataTLBReadMiss', 3, 0, 1, 'tlb_data_read_misses'),
  cache('DataTLBWriteHit', 3, 1, 0, 'tlb_data_write_hits'),
  cache('DataTLBWriteMiss', 3, 1, 1, 'tlb_data_write_misses'),
  cache('InstrTLBReadHit', 4, 0, 0, 'tlb_instr_read_hits'),
  cache('InstrTLBReadMiss', 4, 0, 1, 'tlb_instr_read_misses'),
  cache('BPUReadHit', 5, 0, 0, 'bpu_read_hits'),
  cache('BPUReadMiss', 5, 0, 1, 'bpu_read_misses'),
];

/** The flag that switches a group off, the flag that chooses from it, and the group. */
const GROUPS = [
  ['collector.perf.disable-hardware-profilers', 'collector.perf.hardware-profilers', HARDWARE],
  ['collector.perf.disable-software-profilers', 'collector.perf.software-profilers', SOFTWARE],
  ['collector.perf.disable-cache-profilers', 'collector.perf.cache-profilers', CACHE],
] as const;

export const perf: CollectorDefinition = {
  name: 'perf',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.perf.cpus',
      kind: 'string',
      help: 'Processors to measure, as in 0,2-6:2; default: all.',
    },
    {
      name: 'collector.perf.tracepoint',
      kind: 'string',
      repeatable: true,
      help: 'A tracepoint to count, subsystem:event. Repeatable.',
    },
    ...GROUPS.flatMap(([off, choice, events]) => [
      { name: off, kind: 'bool', help: 'Leave this group of counters out.' } as const,
      {
        name: choice,
        kind: 'string',
        repeatable: true,
        help: `A counter of this group to show, of ${events.map(({ name }) => name).join(', ')}. Repeatable.`,
      } as const,
    ]),
  ],
  create: (context) => new PerfCollector(context),
};

interface OpenCounter {
  readonly metric: MetricDescription;
  readonly cpu: string;
  readonly source: PerfCounter;
}

class PerfCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #cpus: readonly number[];
  readonly #events: readonly Event[];
  #open:
    | { readonly metric: MetricDescription; readonly cpu: string; readonly source: PerfCounter }[]
    | undefined;

  constructor(context: CollectorContext) {
    this.#context = context;
    const { flags } = context;
    const cpus = flags.string('collector.perf.cpus');
    this.#cpus =
      cpus === '' ? Array.from({ length: availableParallelism() }, (_, i) => i) : parsePerfCpus(cpus);
    this.#events = GROUPS.flatMap(([off, choice, events]) => {
      if (flags.bool(off)) return [];
      const wanted = flags.strings(choice);
      for (const name of wanted) {
        if (!events.some((event) => event.name === name)) context.log.error(`Unknown profiler: ${name}`);
      }
      return wanted.length === 0 ? events : events.filter(({ name }) => wanted.includes(name));
    });
  }

  update(sink: MetricSink): void {
    this.#open ??= this.#openAll();
    for (const { metric, cpu, source } of this.#open) sink.add(metric, source.read(), cpu);
  }

  close(): void {
    for (const { source } of this.#open ?? []) source.close();
    this.#open = undefined;
  }

  /** Counters that this machine does not have are left out; all others must open. */
  #openAll(): OpenCounter[] {
    const open: OpenCounter[] = [];
    try {
      const tracepoints = this.#context.flags.strings('collector.perf.tracepoint').map(tracepoint);
      for (const cpu of this.#cpus) {
        for (const { type, config, metric } of [...this.#events, ...tracepoints]) {
          const source = openUnlessMissing(type, config, cpu);
          if (source !== undefined) open.push({ metric, cpu: String(cpu), source });
        }
      }
      return open;
    } catch (error) {
      for (const { source } of open) source.close();
      throw error;
    }
  }
}

function openUnlessMissing(type: number, config: bigint, cpu: number): PerfCounter | undefined {
  try {
    return new PerfCounter(type, config, cpu);
  } catch (error) {
    const isMissing =
      error instanceof CodedError && /^(ENOENT|ENODEV|EINVAL|EOPNOTSUPP|ENOTSUP)$/.test(error.code);
    if (isMissing) return undefined;
    throw error;
  }
}

/** `sched:sched_switch` by its number in the tracing file system. */
function tracepoint(text: string): Event {
  const [subsystem, event, more] = text.split(':');
  if (event === undefined || more !== undefined) {
    throw new CodedError('bad_flag', `invalid tracepoint config ${text}`, { hint: 'write subsystem:event' });
  }
  const folders = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
  const ids = folders.map((folder) => tryReadTrimmed(`${folder}/events/${subsystem}/${event}/id`));
  const id = ids.find((each) => each !== undefined);
  if (id === undefined) throw new CodedError('ENOENT', `tracepoint ${text} is not there or may not be read`);
  const metric = counter(`node_perf_${subsystem}_${event}`, `Tracepoint ${text}.`, CPU);
  return { name: text, type: PerfType.tracepoint, config: BigInt(id), metric };
}

function hardware(name: string, config: bigint, metric: string, help: string): Event {
  return { name, type: PerfType.hardware, config, metric: counter(`node_perf_${metric}_total`, help, CPU) };
}

function software(name: string, config: bigint, metric: string, help: string): Event {
  return { name, type: PerfType.software, config, metric: counter(`node_perf_${metric}_total`, help, CPU) };
}

function cache(name: string, id: number, operation: number, result: number, metric: string): Event {
  const config = BigInt(id | (operation << 8) | (result << 16));
  const description = counter(`node_perf_cache_${metric}_total`, `Cache counter ${name}.`, CPU);
  return { name, type: PerfType.cache, config, metric: description };
}
