// From the bytes of a body to the log: parse, find the series, append, commit. 10 targets with 10,000 series each
// in families with metadata; every value changes from scrape to scrape.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MediaType } from '@prometheus-ts/exposition';
import { LabelSet } from '@prometheus-ts/model';
import { Random, temporaryFolder } from '@prometheus-ts/testkit';
import { openDatabase } from '@prometheus-ts/tsdb';
import { test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { DEFAULT_RETENTION } from '../config/storage-schema.ts';
import { BodyAppender, finishScrape } from './body-appender.ts';
import { Target } from './target.ts';
import { TargetState } from './target-state.ts';

const TARGETS = 10;
const FAMILIES = 500;
const SERIES_PER_FAMILY = 20;
const SERIES = FAMILIES * SERIES_PER_FAMILY;

function makeBody(target: number, random: Random): Buffer {
  let text = '';
  for (let family = 0; family < FAMILIES; family++) {
    const name = `http_server_${family}_requests_total`;
    text += `# HELP ${name} How many requests the server has answered.\n# TYPE ${name} counter\n`;
    for (let i = 0; i < SERIES_PER_FAMILY; i++) {
      const labels = `method="GET",path="/api/v1/resource/${i}",status="200",node="node-${target}",zone="eu-west-1a"`;
      text += `${name}{${labels}} ${random.below(1_000_000)}\n`;
    }
  }
  return Buffer.from(text);
}

test('parse, append and commit', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, 'scrape_configs:\n- job_name: j\n');
  const { scrapes } = loadConfig(file, { retention: DEFAULT_RETENTION, env: {}, warn: () => {} });
  const config = scrapes[0]!;
  const database = await openDatabase({
    folder: join(folder, 'data'),
    maintenance: false,
    walCompression: 'none',
  });
  const random = new Random(1);
  const targets = Array.from({ length: TARGETS }, (_, i) => {
    const labels = LabelSet.from({
      __address__: `h${i}:80`,
      __scheme__: 'http',
      job: 'j',
      instance: `h${i}:80`,
    });
    const target = new Target(labels, labels, config);
    return {
      target,
      state: new TargetState(database, target, config),
      bodies: [makeBody(i, random), makeBody(i, random)],
      // A reused buffer has room behind the body.
      buffer: Buffer.alloc(4 * 1024 * 1024),
    };
  });
  let timeMs = 1_700_000_000_000;
  const durations: number[] = [];
  for (let round = 0; round < 40; round++) {
    timeMs += 15_000;
    for (const { target, state, bodies, buffer } of targets) {
      const body = bodies[round % 2]!;
      buffer.set(body);
      const from = performance.now();
      const parser = state.parserFor(MediaType.text);
      parser.start(buffer, body.length);
      const appender = new BodyAppender(config, target, state.cache, parser, state.appender, timeMs, timeMs);
      while (!appender.run());
      finishScrape(state.cache, state.known, true);
      state.appender.commit();
      durations.push(performance.now() - from);
    }
  }
  const nanoseconds = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const per = (ms: number) => ((ms * 1e6) / SERIES).toFixed(0);
    return `median ${per(sorted[sorted.length >> 1]!)}, mean ${per(mean)}`;
  };
  console.log(`first scrape: ${nanoseconds(durations.slice(0, TARGETS))} ns a series`);
  console.log(`known series: ${nanoseconds(durations.slice(10 * TARGETS))} ns a sample`);
  console.log(`lines known: ${(targets[0]!.state.known.sizeBytes / SERIES).toFixed(0)} bytes a series`);
  await database.close();
});
