import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusPath, describeCorpus, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { collect, recordingLogger } from '../test-support/collect.ts';
import { parseSeries } from '../test-support/parse-series.ts';

const CASES = [
  'client_side_timestamp',
  'different_metric_types',
  'histogram',
  'histogram_extra_dimension',
  'inconsistent_metrics',
  'metrics_merge_different_help',
  'metrics_merge_empty_help',
  'metrics_merge_no_help',
  'metrics_merge_same_help',
  'no_metric_files',
  'nonexistent_path',
  'summary',
  'summary_extra_dimension',
  'two_metric_files',
];

describeCorpus('node_exporter/textfile', "upstream's folders", () => {
  const root = corpusPath('node_exporter', 'textfile');
  test.each([...CASES.map((name) => [name, name]), ['glob_extra_dimension', '*_extra_dimension']])(
    '%s',
    async (name, folder) => {
      const { values, types } = await collect('textfile', [
        `--collector.textfile.directory=${root}/${folder}`,
      ]);
      const expected = parseSeries(readFileSync(join(root, `${name}.out`), 'utf8'));
      expect(comparable(values, root)).toEqual(comparable(expected.values, 'fixtures/textfile'));
      for (const [family, type] of expected.types)
        expect([family, types.get(family)]).toEqual([family, type]);
    },
  );
});

/** Without what every run adds, and without times of modification, which the copy of the corpus changed. */
function comparable(values: ReadonlyMap<string, string>, root: string): Map<string, string> {
  const kept = [...values].filter(([series]) => !/^node_(scrape_collector|textfile_file_error)/.test(series));
  return new Map(
    kept.map(([series, value]) => [series.replaceAll(root, 'ROOT'), series.includes('mtime') ? '' : value]),
  );
}

describe('a bad file', () => {
  test('is left out alone, with a metric that names it and a log line with line and column', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'bad.prom'), 'fine 1\nbroken{a="1" 2\n');
    writeFileSync(join(folder, 'good.prom'), 'good 3\n');
    const { log, lines } = recordingLogger();
    const { values } = await collect('textfile', [`--collector.textfile.directory=${folder}`], log);
    expect(values.get('good')).toBe('3');
    expect(values.has('fine')).toBe(false);
    expect(values.get('node_textfile_scrape_error')).toBe('1');
    expect(values.get(`node_textfile_file_error{file="${folder}/bad.prom"}`)).toBe('1');
    expect(lines.find((line) => line.includes('bad.prom'))).toMatch(/level=ERROR.*2:\d+/);
  });

  test('without a newline at its end is half written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'half.prom'), 'half 1');
    const { log, lines } = recordingLogger();
    const { values } = await collect('textfile', [`--collector.textfile.directory=${folder}`], log);
    expect(values.has('half')).toBe(false);
    expect(lines.join('')).toContain('rename it');
  });

  test('that is a FIFO does not hold up the scrape', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe.prom')]);
    writeFileSync(join(folder, 'good.prom'), 'good 3\n');
    const { values } = await collect('textfile', [`--collector.textfile.directory=${folder}`]);
    expect(values.get('good')).toBe('3');
    expect(values.get(`node_textfile_file_error{file="${folder}/pipe.prom"}`)).toBe('1');
  });

  test('that is a folder is left out', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder.prom'));
    const { values } = await collect('textfile', [`--collector.textfile.directory=${folder}`]);
    expect(values.get(`node_textfile_file_error{file="${folder}/folder.prom"}`)).toBe('1');
  });
});
