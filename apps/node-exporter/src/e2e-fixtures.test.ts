// Upstream's end-to-end test: its fixtures and flags, and the exact series that it expects on x86_64.
import { readFileSync, rmSync } from 'node:fs';
import { silentLogger } from '@prometheus-ts/log';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, createApp } from './app.ts';
import { parseCommandLine } from './command-line.ts';
import { fixtureFlags } from './test-support/fixture-flags.ts';
import { unpackFixtures } from './test-support/fixtures.ts';
import { parseSeries } from './test-support/parse-series.ts';

/** What FLAGS.md leaves out, and what this product adds. */
const IGNORED =
  /^(go_|node_exporter_build_info|node_scrape_collector_duration_seconds|process_|nodejs_|node_textfile_mtime_seconds|node_time_(zone|seconds)|node_network_(receive|transmit)_(bytes|packets)_total)/;

describeCorpus('node_exporter', 'with the fixtures and flags of upstream', () => {
  let app: App;
  let folder = '';
  let ours = '';
  const expected = readFileSync(corpusPath('node_exporter', 'e2e-output.txt'), 'utf8');

  beforeAll(async () => {
    folder = unpackFixtures();
    const line = parseCommandLine(fixtureFlags(folder));
    if (line.exit !== undefined) throw new Error(line.text);
    app = createApp({ flags: line.flags, log: silentLogger() });
    await app.start();
    ours = await (await fetch(`http://${app.addresses[0]}/metrics`)).text();
    ours = ours.replaceAll(folder, 'collector/fixtures');
  });

  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every series is there, no other is, and the values are equal', () => {
    const wanted = keep(parseSeries(expected).values);
    const got = keep(parseSeries(ours).values);
    const differences: string[] = [];
    for (const [series, value] of wanted) {
      if (!got.has(series)) differences.push(`missing ${series} ${value}`);
      else if (got.get(series) !== value) differences.push(`${series} is ${got.get(series)}, not ${value}`);
    }
    for (const [series, value] of got)
      if (!wanted.has(series)) differences.push(`surplus ${series} ${value}`);
    expect(differences).toEqual([]);
  });

  test('every family has the type that upstream gives it', () => {
    const got = parseSeries(ours).types;
    const differences: string[] = [];
    for (const [family, type] of parseSeries(expected).types) {
      if (!IGNORED.test(family) && got.get(family) !== type) {
        differences.push(`${family} is ${got.get(family)}, not ${type}`);
      }
    }
    expect(differences).toEqual([]);
  });
});

function keep(series: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...series].filter(([key]) => !IGNORED.test(key)));
}
