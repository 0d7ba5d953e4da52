import { readFileSync } from 'node:fs';
import { decode, parseYaml } from '@prometheus-ts/config';
import { LabelSet, parseDuration } from '@prometheus-ts/model';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { type RelabelConfig, relabelConfigSchema, relabelProblem } from './config.ts';
import { relabel } from './relabel.ts';

interface Line {
  relabel_configs: unknown[];
  discovered?: Record<string, string>;
  labels?: Record<string, string>;
  load_error?: string;
  error?: unknown;
}

describeCorpus('golden/relabel', 'what promtool check service-discovery shows', () => {
  const lines = readFileSync(corpusPath('golden/relabel/relabel.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  // The first line has no rules; in the others the discovered labels are relabelled in part.
  const discovered = LabelSet.from(lines[0]!.discovered!);

  test.each(lines.map((line, i) => [i + 1, JSON.stringify(line.relabel_configs), line] as const))(
    'line %d: %s',
    (_, __, line) => {
      const rules = line.relabel_configs.map((rule) =>
        decode(relabelConfigSchema, parseYaml(JSON.stringify(rule), 'rule.yml')),
      ) as RelabelConfig[];
      const problem = rules.map((rule) => relabelProblem(rule, 'legacy')).find((text) => text !== undefined);
      if (line.load_error !== undefined) {
        expect(line.load_error).toContain(problem);
        return;
      }
      expect(problem).toBeUndefined();
      expect(completeTarget(relabel(discovered, rules, 'legacy'))).toEqual(line.labels);
    },
  );
});

/** What Prometheus 2.42 makes of relabelled labels; {} for no target. */
function completeTarget(labels: LabelSet | undefined): Record<string, string> {
  if (labels === undefined) return {};
  const address = labels.get('__address__');
  if (address === '' || address.includes('/')) return {};
  if (parseDuration(labels.get('__scrape_timeout__')) > parseDuration(labels.get('__scrape_interval__')))
    return {};
  const withPort = address.includes(':') ? address : `${address}:80`;
  const target = labels.filter((name) => !name.startsWith('__meta_')).with('__address__', withPort);
  return { ...(target.has('instance') ? target : target.with('instance', withPort)).toRecord() };
}
