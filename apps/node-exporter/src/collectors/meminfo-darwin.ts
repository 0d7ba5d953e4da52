// Memory of macOS, as its programs vm_stat(1) and sysctl(8) print it.
import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { CollectorDefinition } from '../collector.ts';
import { malformed } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 5000;

const TOTAL = memory('total', 'Memory of the host.');
const FREE = memory('free', 'Memory that nothing uses, with what was read ahead on speculation.');
const SWAP_TOTAL = memory('swap_total', 'Size of the swap files.');
const SWAP_USED = memory('swap_used', 'Used part of the swap files.');

/** Lines of vm_stat, which count pages. */
const PAGES: readonly (readonly [string, MetricDescription])[] = [
  ['Pages active', memory('active', 'Memory used recently.')],
  ['Pages inactive', memory('inactive', 'Memory not used recently.')],
  ['Pages wired down', memory('wired', 'Memory that is never written out.')],
  ['Pages purgeable', memory('purgeable', 'Memory that its owner allows to drop.')],
  ['Anonymous pages', memory('internal', 'Memory that no file backs.')],
  ['Pages occupied by compressor', memory('compressed', 'Memory that holds compressed pages.')],
  ['Pageins', counter('node_memory_swapped_in_bytes_total', 'Read in from disks by paging.')],
  ['Pageouts', counter('node_memory_swapped_out_bytes_total', 'Written to disks by paging.')],
];

export const meminfoDarwin: CollectorDefinition = {
  name: 'meminfo',
  enabledByDefault: true,
  platforms: ['darwin'],
  create: () => ({
    async update(sink) {
      const options = { timeout: TIMEOUT_MS };
      const [statistics, swap] = await Promise.all([
        run('/usr/bin/vm_stat', options),
        run('/usr/sbin/sysctl', ['-n', 'vm.swapusage'], options),
      ]);
      sink.add(TOTAL, totalmem());
      addVmStat(sink, statistics.stdout);
      addSwapUsage(sink, swap.stdout);
    },
  }),
};

function memory(name: string, help: string): MetricDescription {
  return gauge(`node_memory_${name}_bytes`, help);
}

/** `Pages active:   1234.` for each count, below a heading that has the size of a page. */
export function addVmStat(sink: MetricSink, text: string): void {
  const pageSize = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  if (Number.isNaN(pageSize)) throw malformed('vm_stat', text);
  const counts = new Map<string, number>();
  for (const [, name, count] of text.matchAll(/^"?([^":]+)"?:\s+(\d+)\.$/gm)) {
    counts.set(name!, Number(count) * pageSize);
  }
  const free = counts.get('Pages free');
  if (free !== undefined) sink.add(FREE, free + (counts.get('Pages speculative') ?? 0));
  for (const [name, metric] of PAGES) {
    const bytes = counts.get(name);
    if (bytes !== undefined) sink.add(metric, bytes);
  }
}

/** `total = 2048.00M  used = 1012.25M  free = 1035.75M  (encrypted)`, with a comma in some languages. */
export function addSwapUsage(sink: MetricSink, text: string): void {
  const match = /total = ([\d.,]+)M\s+used = ([\d.,]+)M/.exec(text);
  if (match === null) throw malformed('vm.swapusage', text);
  const bytes = (number: string): number => Math.round(Number(number.replace(',', '.')) * 1024 * 1024);
  sink.add(SWAP_TOTAL, bytes(match[1]!));
  sink.add(SWAP_USED, bytes(match[2]!));
}
