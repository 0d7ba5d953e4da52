import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MediaType } from '@prometheus-ts/exposition';
import { CodedError, LabelSet, Matcher, SampleColumns } from '@prometheus-ts/model';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { type Database, openDatabase } from '@prometheus-ts/tsdb';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { DEFAULT_RETENTION } from '../config/storage-schema.ts';
import type { ScrapeConfig } from '../config/types.ts';
import { BodyAppender, finishScrape, markDisappeared } from './body-appender.ts';
import { Target } from './target.ts';
import { TargetState } from './target-state.ts';

const START_MS = 1_700_000_000_000;
const INTERVAL_MS = 15_000;

/** A target with a real database, scraped every 15 s of a clock of its own. */
class Scraper {
  readonly database: Database;
  readonly config: ScrapeConfig;
  readonly target: Target;
  readonly state: TargetState;
  timeMs = START_MS;

  constructor(database: Database, config: ScrapeConfig) {
    this.database = database;
    this.config = config;
    const labels = LabelSet.from({
      __address__: 'host:80',
      __scheme__: 'http',
      job: 'j',
      instance: 'host:80',
    });
    this.target = new Target(labels, labels, config);
    this.state = new TargetState(database, this.target, config);
  }

  static async open(settings: string[] = []): Promise<Scraper> {
    const folder = temporaryFolder();
    const file = join(folder, 'prometheus.yml');
    writeFileSync(
      file,
      ['scrape_configs:', '- job_name: j', ...settings.map((line) => `  ${line}`)].join('\n'),
    );
    const { scrapes } = loadConfig(file, { retention: DEFAULT_RETENTION, env: {}, warn: () => {} });
    const database = await openDatabase({
      folder: join(folder, 'data'),
      maintenance: false,
      seriesLimit: 10_000,
    });
    onTestFinished(() => database.close());
    return new Scraper(database, scrapes[0]!);
  }

  /** One scrape; a failing one leaves staleness markers, as in the loop. */
  scrape(body: string, mediaType: MediaType = MediaType.text) {
    this.timeMs += INTERVAL_MS;
    const { config, target, state, timeMs } = this;
    const parser = state.parserFor(mediaType);
    const bytes = Buffer.from(body);
    parser.start(bytes, bytes.length);
    const appender = new BodyAppender(config, target, state.cache, parser, state.appender, timeMs, timeMs);
    try {
      while (!appender.run());
      finishScrape(state.cache, state.known, true);
    } catch (error) {
      state.appender.rollback();
      markDisappeared(state.cache, state.appender, timeMs);
      finishScrape(state.cache, state.known, false);
      state.appender.commit();
      throw error;
    }
    state.appender.commit();
    return appender.counts;
  }

  /** By the text of its labels without those of the target: each sample as scrape number and value. */
  stored(): Record<string, string[]> {
    const querier = this.database.querier(0, this.timeMs + 1e6);
    const matchers = [new Matcher('=~', '__name__', '.+')];
    const sets = querier.select([{ matchers, minTimeMs: 0, maxTimeMs: this.timeMs + 1e6 }]);
    if (sets instanceof Promise) throw new Error('the database answers at once');
    const set = sets[0]!;
    const columns = new SampleColumns();
    const stored: Record<string, string[]> = {};
    for (let i = 0; i < set.length; i++) {
      set.read(i, 0, this.timeMs + 1e6, columns);
      const { __name__: name, job: _, instance: __, ...labels } = set.labels(i).toRecord();
      const key = [name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' ');
      stored[key] = Array.from({ length: columns.length }, (_, row) => {
        const at = (columns.times[row]! - START_MS) / INTERVAL_MS;
        return `${at}:${columns.isStale(row) ? 'stale' : columns.values[row]}`;
      });
    }
    querier.close();
    return stored;
  }
}

test('samples of known and new series are stored, and what is gone is marked stale', async () => {
  const scraper = await Scraper.open();
  expect(scraper.scrape('a 1\nb{x="y"} 2\n')).toMatchObject({ scraped: 2, added: 2, seriesAdded: 2 });
  expect(scraper.scrape('a 1.5\nc 3\n')).toMatchObject({ scraped: 2, added: 2, seriesAdded: 1 });
  expect(scraper.scrape('b{x="y"} 4\na 2\nc 3\n')).toMatchObject({ scraped: 3, added: 3, seriesAdded: 1 });
  expect(scraper.stored()).toEqual({
    a: ['1:1', '2:1.5', '3:2'],
    'b x=y': ['1:2', '2:stale', '3:4'],
    c: ['2:3', '3:3'],
  });
});

test('a body that fails to parse stores nothing and marks stale what had not been read, as upstream', async () => {
  const scraper = await Scraper.open();
  scraper.scrape('a 1\nb 1\n');
  expect(() => scraper.scrape('a 2\n!\n')).toThrow(CodedError);
  expect(scraper.scrape('a 3\nb 3\n')).toMatchObject({ seriesAdded: 0 });
  expect(scraper.stored()).toEqual({ a: ['1:1', '3:3'], b: ['1:1', '2:stale', '3:3'] });
});

test('dropped series are scraped but not added, known or not', async () => {
  const rules = [
    'metric_relabel_configs:',
    '- source_labels: [__name__]',
    '  regex: secret.*',
    '  action: drop',
  ];
  const scraper = await Scraper.open(rules);
  for (let round = 0; round < 3; round++) {
    expect(scraper.scrape('secret_a 1\na 1\nsecret_b{x="1"} 2\n')).toMatchObject({ scraped: 3, added: 1 });
  }
  expect(Object.keys(scraper.stored())).toEqual(['a']);
});

test('a sample that stands twice counts as a duplicate', async () => {
  const scraper = await Scraper.open();
  scraper.scrape('a 1\n');
  expect(scraper.scrape('a 2\na 3\nb 1\n')).toMatchObject({
    scraped: 3,
    added: 3,
    duplicates: 1,
    seriesAdded: 1,
  });
  expect(scraper.stored()).toEqual({ a: ['1:1', '2:2'], b: ['2:1'] });
});

test('two texts of one series do not mark each other stale', async () => {
  const scraper = await Scraper.open();
  scraper.scrape('a{x="1",y="2"} 1\n');
  scraper.scrape('a{y="2",x="1"} 2\n');
  expect(scraper.stored()).toEqual({ 'a x=1 y=2': ['1:1', '2:2'] });
});

test('explicit timestamps are honoured, and then staleness is not tracked', async () => {
  const scraper = await Scraper.open();
  scraper.scrape(`a 1 ${START_MS + INTERVAL_MS - 5}\nb 1\n`);
  scraper.scrape('');
  expect(scraper.stored()['b']).toEqual(['1:1', '2:stale']);
  expect(scraper.stored()['a']).toHaveLength(1);
  const ignoring = await Scraper.open(['honor_timestamps: false']);
  ignoring.scrape('a 1 5\n');
  expect(ignoring.stored()).toEqual({ a: ['1:1'] });
});

test('samples far ahead of now are refused', async () => {
  const scraper = await Scraper.open();
  expect(scraper.scrape(`a 1 ${START_MS * 2}\n`)).toMatchObject({ added: 1, outOfBounds: 1, seriesAdded: 0 });
  expect(scraper.stored()).toEqual({});
});

test('sample_limit fails the scrape as a whole', async () => {
  const scraper = await Scraper.open(['sample_limit: 2']);
  scraper.scrape('a 1\nb 1\n');
  expect(() => scraper.scrape('a 2\nb 2\nc 2\n')).toThrow('sample limit exceeded');
  expect(scraper.stored()).toEqual({ a: ['1:1'], b: ['1:1'] });
  expect(scraper.scrape('a 3\n')).toMatchObject({ seriesAdded: 0 });
  expect(scraper.stored()).toEqual({ a: ['1:1', '3:3'], b: ['1:1', '3:stale'] });
});

test('label limits fail the scrape', async () => {
  const scraper = await Scraper.open(['label_limit: 3']);
  scraper.scrape('a 1\n');
  expect(() => scraper.scrape('a{b="c"} 1\n')).toThrow(
    /label_limit exceeded \(metric: a, number of labels: 4/,
  );
});

test('labels of the target win over exposed ones unless those are honoured', async () => {
  const scraper = await Scraper.open();
  scraper.scrape('a{job="x"} 1\n');
  expect(scraper.stored()).toEqual({ 'a exported_job=x': ['1:1'] });
  const honouring = await Scraper.open(['honor_labels: true']);
  honouring.scrape('a{job="x"} 1\n');
  expect(Object.keys(honouring.stored())).toEqual(['a']);
});

test('a target may change its format from scrape to scrape', async () => {
  const scraper = await Scraper.open();
  scraper.scrape('# TYPE h histogram\nh_bucket{le="1"} 1\n');
  scraper.scrape(
    '# TYPE h histogram\nh_bucket{le="1.0"} 2 1700000000.5 # {id="x"} 0.5\n# EOF\n',
    MediaType.openMetrics,
  );
  scraper.scrape('# TYPE h histogram\nh_bucket{le="1"} 3\n');
  const [samples] = Object.values(scraper.stored());
  expect(Object.keys(scraper.stored())).toEqual(['h_bucket le=1.0']);
  expect(samples).toContain('3:3');
});

test('metadata are kept for a while after their family is gone', async () => {
  const scraper = await Scraper.open();
  scraper.scrape('# HELP a Text.\n# TYPE a counter\na 1\n');
  const { metadata } = scraper.target;
  expect(metadata.get('a')).toMatchObject({ type: 'counter', help: 'Text.' });
  scraper.scrape('# HELP a Other text.\n# TYPE a counter\na 1\n');
  expect(metadata.get('a')).toMatchObject({ help: 'Other text.' });
});
