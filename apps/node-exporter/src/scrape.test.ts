import { silentLogger } from '@prometheus-ts/log';
import { ManualClock } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { type Collector, NoData } from './collector.ts';
import { gauge } from './metric.ts';
import { Scraper } from './scrape.ts';
import { recordingLogger } from './test-support/collect.ts';

const VALUE = gauge('value', 'A value.', ['from']);

function scraperOf(
  collectors: Record<string, Collector>,
  options: { minIntervalMs?: number; clock?: ManualClock; log?: ReturnType<typeof silentLogger> } = {},
): Scraper {
  return new Scraper({
    collectors: Object.entries(collectors).map(([name, collector]) => ({
      name,
      collector,
      minIntervalMs: options.minIntervalMs ?? 0,
    })),
    deadlineMs: 1000,
    log: options.log ?? silentLogger(),
    clock: options.clock ?? new ManualClock(),
  });
}

async function valuesOf(scraper: Scraper, wanted?: Set<string>): Promise<Record<string, number>> {
  const families = (await scraper.scrape(wanted)).flat();
  const entries = families.flatMap(({ name, metrics }) =>
    metrics.map((metric) => [`${name} ${metric.labels[1] ?? ''}`, (metric as { value: number }).value]),
  );
  return Object.fromEntries(entries);
}

const good: Collector = { update: (sink) => sink.add(VALUE, 1, 'good') };

describe('a collector that fails', () => {
  const failing: Collector = {
    update(sink) {
      sink.add(VALUE, 2, 'failing');
      throw new Error('broken');
    },
  };

  test('keeps its failure to itself, and what it had by then is served', async () => {
    const values = await valuesOf(scraperOf({ good, failing }));
    expect(values['value good']).toBe(1);
    expect(values['value failing']).toBe(2);
    expect(values['node_scrape_collector_success good']).toBe(1);
    expect(values['node_scrape_collector_success failing']).toBe(0);
    expect(values['node_scrape_collector_duration_seconds failing']).toBeGreaterThanOrEqual(0);
  });

  test('is logged as an error, one without data is not', async () => {
    const { log, lines } = recordingLogger();
    const empty: Collector = {
      update() {
        throw new NoData('nothing here');
      },
    };
    const values = await valuesOf(scraperOf({ failing, empty }, { log }));
    expect(values['node_scrape_collector_success empty']).toBe(0);
    expect(lines.filter((line) => line.includes('level=ERROR'))).toHaveLength(1);
    expect(lines.find((line) => line.includes('level=ERROR'))).toContain('name=failing');
  });

  test('may also reject', async () => {
    const values = await valuesOf(
      scraperOf({ late: { update: () => Promise.reject(new Error('late')) }, good }),
    );
    expect(values['node_scrape_collector_success late']).toBe(0);
    expect(values['value good']).toBe(1);
  });
});

describe('a collector that hangs', () => {
  test('is served without its data after the deadline, and never started twice', async () => {
    const clock = new ManualClock();
    let started = 0;
    let release = (): void => {};
    const hanging: Collector = {
      update(sink) {
        started += 1;
        return new Promise((resolve) => {
          release = () => {
            sink.add(VALUE, 3, 'hanging');
            resolve();
          };
        });
      },
    };
    const scraper = scraperOf({ good, hanging }, { clock });
    for (let round = 0; round < 3; round++) {
      const pending = valuesOf(scraper);
      clock.advance(1000);
      const values = await pending;
      expect(values['value good']).toBe(1);
      expect(values['value hanging']).toBeUndefined();
      expect(values['node_scrape_collector_success hanging']).toBe(0);
    }
    expect(started).toBe(1);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    const pending = valuesOf(scraper);
    release();
    expect((await pending)['value hanging']).toBe(3);
    expect(started).toBe(2);
  });
});

test('scrapes at the same time share the run of a slow collector', async () => {
  let started = 0;
  const slow: Collector = {
    async update(sink) {
      started += 1;
      await new Promise((resolve) => setImmediate(resolve));
      sink.add(VALUE, 4, 'slow');
    },
  };
  const scraper = scraperOf({ slow });
  const all = await Promise.all([valuesOf(scraper), valuesOf(scraper), valuesOf(scraper)]);
  expect(started).toBe(1);
  for (const values of all) expect(values['value slow']).toBe(4);
});

test('a collector with a minimum interval serves its last data with their age', async () => {
  const clock = new ManualClock();
  let runs = 0;
  const counted: Collector = { update: (sink) => sink.add(VALUE, ++runs, 'counted') };
  const scraper = scraperOf({ counted }, { clock, minIntervalMs: 30_000 });
  expect((await valuesOf(scraper))['value counted']).toBe(1);
  clock.advance(12_000);
  const values = await valuesOf(scraper);
  expect(values['value counted']).toBe(1);
  expect(values['node_scrape_collector_data_age_seconds counted']).toBe(12);
  clock.advance(18_000);
  expect((await valuesOf(scraper))['value counted']).toBe(2);
});

test('a scrape of some collectors runs only those', async () => {
  const values = await valuesOf(scraperOf({ good, other: good }), new Set(['good']));
  expect(values['node_scrape_collector_success good']).toBe(1);
  expect(values['node_scrape_collector_success other']).toBeUndefined();
});
