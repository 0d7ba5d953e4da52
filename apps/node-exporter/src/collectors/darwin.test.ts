// The parts of the macOS collectors that can be run anywhere.
import { cpus } from 'node:os';
import type { NumberFamily } from '@prometheus-ts/exposition';
import { describe, expect, test } from 'vitest';
import { platformCollectors } from '../collectors.ts';
import { MetricSink } from '../metric-sink.ts';
import { addProcessorTimes } from './cpu-darwin.ts';
import { addSwapUsage, addVmStat } from './meminfo-darwin.ts';

/** Name and value of each sample without labels. */
function values(fill: (sink: MetricSink) => void): Record<string, number> {
  const sink = new MetricSink();
  fill(sink);
  return Object.fromEntries(
    (sink.families() as NumberFamily[]).map(({ name, metrics }) => [name, metrics[0]!.value]),
  );
}

describe('the list', () => {
  test.each(['linux', 'darwin'])('has each name once on %s', (platform) => {
    const names = platformCollectors(platform).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('cpu');
    expect(names).toContain('meminfo');
  });
});

describe('vm_stat', () => {
  const TEXT = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10.
Pages active:                            200.
Pages speculative:                         5.
Pages wired down:                         30.
"Translation faults":                 999999.
Anonymous pages:                           7.
Pages occupied by compressor:              3.
Pageins:                                  11.
Pageouts:                                  0.
`;

  test('counts of pages become bytes', () => {
    expect(values((sink) => addVmStat(sink, TEXT))).toEqual({
      node_memory_free_bytes: 15 * 16384,
      node_memory_active_bytes: 200 * 16384,
      node_memory_wired_bytes: 30 * 16384,
      node_memory_internal_bytes: 7 * 16384,
      node_memory_compressed_bytes: 3 * 16384,
      node_memory_swapped_in_bytes_total: 11 * 16384,
      node_memory_swapped_out_bytes_total: 0,
    });
  });

  test('another text is an error', () => {
    expect(() => values((sink) => addVmStat(sink, 'vm_stat: failed'))).toThrow(/vm_stat/);
  });
});

describe('vm.swapusage', () => {
  const expected = { node_memory_swap_total_bytes: 2 ** 31, node_memory_swap_used_bytes: 1.25 * 2 ** 20 };

  test.each([
    'total = 2048.00M  used = 1.25M  free = 2046.75M  (encrypted)\n',
    'total = 2048,00M  used = 1,25M  free = 2046,75M\n',
  ])('%j', (text) => {
    expect(values((sink) => addSwapUsage(sink, text))).toEqual(expected);
  });
});

test('each processor has four modes', () => {
  const sink = new MetricSink();
  const host = cpus();
  addProcessorTimes(sink, host);
  expect(sink.families()[0]!.metrics).toHaveLength(4 * host.length);
});
