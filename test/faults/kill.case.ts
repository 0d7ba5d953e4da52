// kill -9 under load. The targets count the bodies that they sent whole, so it is known what must be there.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, makeTemporaryFolder, Random } from '@prometheus-ts/testkit';
import { expect } from 'vitest';
import { LoadTargets } from '../support/load-targets.ts';
import { PrometheusUnderTest } from '../support/prometheus.ts';

export interface KillOptions {
  readonly rounds: number;
  readonly targets: number;
  readonly series: number;
  readonly seed: number;
  /** Every so many rounds Debian's promtool reads a copy of the folder; 0 for never. */
  readonly dumpEvery: number;
}

export interface KillReport {
  readonly scrapes: number;
  /** Bodies that were on their way when the server was killed and are not in the database. */
  readonly lostInFlight: number;
  /** Bodies that came too late for the scrape's deadline; the server says so with `up` 0. */
  readonly lostToTimeouts: number;
}

type SequencesByInstance = Map<string, Set<number>>;

async function sequences(server: PrometheusUnderTest, time: number): Promise<SequencesByInstance> {
  const series = await server.query('load_sequence{number="0"}[2h]', time);
  return new Map(
    series.map(({ metric, values }) => [metric['instance']!, new Set(values!.map(([, v]) => Number(v)))]),
  );
}

/** How many scrapes the server itself calls failed, by instance. */
async function failedScrapes(server: PrometheusUnderTest, time: number): Promise<Map<string, number>> {
  const series = await server.query('up[2h]', time);
  const failed = (values: [number, string][]) => values.filter(([, value]) => value === '0').length;
  return new Map(series.map(({ metric, values }) => [metric['instance']!, failed(values!)]));
}

/** Every series of a target holds as many samples as its first one: a scrape is there wholly or not at all. */
async function expectWholeScrapes(server: PrometheusUnderTest, series: number, time: number): Promise<void> {
  const least = await server.query('min by (instance) (count_over_time(load_sequence[2h]))', time);
  const most = await server.query('max by (instance) (count_over_time(load_sequence[2h]))', time);
  const present = await server.query('count by (instance) (count_over_time(load_sequence[2h]))', time);
  expect(least).toEqual(most);
  for (const { value } of present) expect(Number(value![1])).toBe(series);
}

/** What Debian's promtool reads from a copy of the folder equals what our API answers. */
async function expectSameDump(server: PrometheusUnderTest, copy: string, time: number): Promise<void> {
  const selector = '{__name__="load_sequence",number=~"[0-4]"}';
  const dump = execFileSync('promtool', ['tsdb', 'dump', `--match=${selector}`, copy], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const theirs = dump
    .trim()
    .split('\n')
    .map((line) => {
      const [, labels, value, timestamp] = /^(\{.*\}) (\S+) (\d+)$/.exec(line)!;
      const instance = /instance="([^"]+)"/.exec(labels!)![1];
      return `${instance} ${/number="(\d)"/.exec(labels!)![1]} ${Number(value)} ${timestamp}`;
    });
  const answer = await server.query(`${selector}[2h]`, time);
  const ours = answer.flatMap(({ metric, values }) =>
    values!.map(([t, v]) => `${metric['instance']} ${metric['number']} ${Number(v)} ${Math.round(t * 1000)}`),
  );
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.toSorted()).toEqual(theirs.toSorted());
}

/** Starts, loads, kills and checks, `rounds` times over on one folder. */
export async function killRounds(options: KillOptions): Promise<KillReport> {
  console.log(`kill -9, ${options.rounds} rounds, seed ${options.seed}`);
  const random = new Random(options.seed);
  const folder = makeTemporaryFolder();
  const targets = await LoadTargets.start({ ...options, mode: 'sequence' });
  const expected: SequencesByInstance = new Map(
    targets.ports.map((port) => [`127.0.0.1:${port}`, new Set()]),
  );
  const lastServed = new Map<string, number>();
  /** Bodies that a kill may have caught on their way: the last that was sent, and the one being sent. */
  const inFlight = new Map([...expected.keys()].map((instance) => [instance, new Set<number>()]));
  let lostInFlight = 0;
  let lostToTimeouts = 0;
  const start = () =>
    PrometheusUnderTest.start({
      flavour: 'source',
      folder,
      config: targets.config('1s'),
      readyWithinMs: 60_000,
    });
  let server = await start();
  try {
    for (let round = 1; round <= options.rounds; round++) {
      const before = Math.max(0, ...Object.values(await targets.served()));
      await eventually(async () => {
        const counts = Object.values(await targets.served());
        expect(Math.min(...counts)).toBeGreaterThan(before);
      }, 30_000);
      await new Promise((resolve) => setTimeout(resolve, random.below(1_500)));
      await server.daemon.kill();
      const killedAt = Date.now() / 1000;
      const served = await targets.served();
      const dumpNow = options.dumpEvery > 0 && round % options.dumpEvery === 0;
      const copy = join(folder, 'copy');
      if (dumpNow) cpSync(server.dataFolder, copy, { recursive: true });

      server = await start();
      const found = await sequences(server, killedAt);
      const failed = await failedScrapes(server, killedAt);
      lostInFlight = 0;
      lostToTimeouts = 0;
      for (const [port, count] of Object.entries(served)) {
        const instance = `127.0.0.1:${port}`;
        const wanted = expected.get(instance)!;
        for (let n = (lastServed.get(instance) ?? 0) + 1; n <= count; n++) wanted.add(n);
        lastServed.set(instance, count);
        inFlight
          .get(instance)!
          .add(count)
          .add(count + 1);
        const missing = [...wanted].filter((n) => !found.get(instance)?.has(n));
        const unexplained = missing.filter((n) => !inFlight.get(instance)!.has(n));
        const excused = failed.get(instance) ?? 0;
        if (unexplained.length > excused) {
          expect(unexplained, `${instance}, round ${round}, ${excused} scrapes failed`).toEqual([]);
        }
        lostInFlight += missing.length - unexplained.length;
        lostToTimeouts += unexplained.length;
      }
      await expectWholeScrapes(server, options.series, killedAt);
      if (dumpNow) {
        await expectSameDump(server, copy, killedAt);
        rmSync(copy, { recursive: true, force: true });
      }
    }
    const scrapes = [...expected.values()].reduce((sum, set) => sum + set.size, 0);
    console.log(
      `kill -9: ${scrapes} bodies sent, ${lostInFlight} lost in flight, ${lostToTimeouts} lost to timeouts`,
    );
    return { scrapes, lostInFlight, lostToTimeouts };
  } finally {
    await server.daemon.kill();
    await targets.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
