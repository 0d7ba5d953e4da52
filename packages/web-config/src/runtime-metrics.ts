// What every daemon says about its own process (`process_*`) and runtime (`nodejs_*`), and which build it is.
import { readFileSync } from 'node:fs';
import { type BuildInfo, operatingSystem, processor } from '@prometheus-ts/cli';
import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** Call once a registry. */
export function addRuntimeMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  if (process.platform === 'linux') addLinuxMetrics(registry);
}

/** `<program>_build_info` with upstream's labels, but for the runtime's own version. */
export function addBuildInfo(registry: Registry, program: string, build: BuildInfo): void {
  new Gauge({
    name: `${program}_build_info`,
    help: `Always 1; the labels say which build of ${program} this is.`,
    labelNames: ['version', 'revision', 'branch', 'nodeversion', 'goos', 'goarch', 'tags'],
    registers: [registry],
  }).set(
    {
      version: build.version,
      revision: build.revision,
      branch: build.branch,
      nodeversion: process.version,
      goos: operatingSystem(),
      goarch: processor(),
      tags: 'unknown',
    },
    1,
  );
}

/** What prom-client leaves out of upstream's process metrics. */
function addLinuxMetrics(registry: Registry): void {
  new Gauge({
    name: 'process_virtual_memory_max_bytes',
    help: 'Most virtual memory the process may have, in bytes; -1 when there is no limit.',
    registers: [registry],
    collect() {
      this.set(addressSpaceLimit());
    },
  });
  for (const [direction, column] of [
    ['receive', 0],
    ['transmit', 8],
  ] as const) {
    const counter = new Counter({
      name: `process_network_${direction}_bytes_total`,
      help: `Bytes that the process's network namespace has ${direction === 'receive' ? 'received' : 'sent'}.`,
      registers: [registry],
      collect() {
        counter.reset();
        counter.inc(networkBytes(column));
      },
    });
  }
}

function addressSpaceLimit(): number {
  const line = /^Max address space\s+(\S+)/m.exec(readProc('/proc/self/limits'));
  return line === null || line[1] === 'unlimited' ? -1 : Number(line[1]);
}

/** Sum over all interfaces of one column of /proc/self/net/dev. */
function networkBytes(column: number): number {
  let sum = 0;
  for (const line of readProc('/proc/self/net/dev').split('\n')) {
    const fields = /^\s*[^:]+:\s*(.*)$/.exec(line)?.[1]?.split(/\s+/);
    if (fields && fields.length > column) sum += Number(fields[column]) || 0;
  }
  return sum;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
