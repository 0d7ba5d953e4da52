import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { scriptEngine } from '../engine/script-engine.ts';
import { ALL_PARSE_OPTIONS } from '../parse/options.ts';
import { runScript } from './run.ts';

/** Each script and how many of its evaluations pass: all of them. */
const PASSING: Readonly<Record<string, number>> = {
  'aggregators.test': 160,
  'at_modifier.test': 78,
  'collision.test': 2,
  'duration_expression.test': 59,
  'extended_vectors.test': 169,
  'fill-modifier.test': 46,
  'functions.test': 431,
  'histograms.test': 185,
  'info.test': 53,
  'limit.test': 37,
  'literals.test': 25,
  'name_label_dropping.test': 30,
  'native_histograms.test': 522,
  'operators.test': 214,
  'range_queries.test': 18,
  'selectors.test': 31,
  'staleness.test': 17,
  'start_timestamps.test': 26,
  'subquery.test': 34,
  'trig_functions.test': 19,
  'type_and_unit.test': 58,
};

/** The reference implementation runs them with everything switched on, and with these limits. */
const engine = new Engine({
  parse: ALL_PARSE_OPTIONS,
  maxSamples: 10_000,
  lookbackMs: 300_000,
  features: { delayedNameRemoval: true, useStartTimestamps: true },
});

describeCorpus('promqltest', 'the test scripts of the language', () => {
  test('every script of the corpus is in the table', () => {
    const names = globSync(corpusPath('promqltest', '*.test')).map((path) => basename(path));
    expect(names.sort()).toEqual(Object.keys(PASSING).sort());
  });

  test.each(Object.entries(PASSING))('%s: %i evaluations', { timeout: 60_000 }, async (name, evaluations) => {
    const text = readFileSync(corpusPath('promqltest', name), 'utf8');
    const { commands, failures } = await runScript(text, name, scriptEngine(engine));
    expect(failures).toEqual([]);
    expect(commands.filter(({ kind }) => kind === 'eval')).toHaveLength(evaluations);
  });
});
