import { readFileSync } from 'node:fs';
import { LabelSet } from '@prometheus-ts/model';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { AlertTemplate, describeFailure } from './prometheus/alert-template.ts';
import { expandConsole } from './prometheus/console-template.ts';
import type { TemplateEnvironment } from './prometheus/functions.ts';

interface Line {
  kind: 'text' | 'console';
  template: string;
  output?: string;
  load_error?: string;
  status?: number;
}

/** What Prometheus 3.14, built with a later Go, says otherwise than the 2.42 that the corpus is from. */
const CHANGED: readonly (readonly [RegExp, string])[] = [
  // Go 1.24 names the types.
  [/(error calling eq: incompatible types for comparison)$/, '$1: int and float64'],
  [/(error calling lt: incompatible types for comparison)$/, '$1: int and string'],
  // Go 1.22 names the callee.
  [/non-function of type int/, 'non-function 1 of type int'],
  // prometheus/common 0.66 tells what is wrong with a duration.
  [/not a valid duration string: "5M"/, 'unknown unit "M" in duration "5M"'],
  // The value of an alert can be a histogram since 2.45.
  [/Value float64 }/, 'Value interface {} }'],
  // Addresses mean nothing.
  [/0xc0[0-9a-f]{8}/, '0xc000000000'],
];

const labels = LabelSet.from({ instance: 'host-1.example.com:9100', job: 'node' });
const externalLabels = LabelSet.from({ region: 'eu-1' });
const environment: TemplateEnvironment = {
  timeMs: 1_700_000_000_000,
  externalUrl: 'http://prom.example.com/p',
  query(expression) {
    if (expression === 'bad{') throw new Error('1:5: parse error: unexpected end of input inside braces');
    const wanted = /^tpl_metric(?:\{n="(\d)"\})?$/.exec(expression);
    if (!wanted) return [];
    return ['1', '2', '3']
      .filter((n) => wanted[1] === undefined || wanted[1] === n)
      .map((n) => ({
        labels: LabelSet.from({ __name__: 'tpl_metric', n, team: `t${n}` }),
        value: 1.5 * Number(n),
      }));
  },
};

describeCorpus('golden/templates', 'what a real Prometheus makes of templates', () => {
  const lines = readFileSync(corpusPath('golden/templates/templates.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const alerts = lines.filter(({ kind }) => kind === 'text');
  const consoles = lines.filter(({ kind }) => kind === 'console');

  test.each(alerts.map((line, i) => [i, line.template, line] as const))(
    'alert %d: %s',
    (i, template, line) => {
      if (line.load_error !== undefined) {
        const [, expected] = /annotation "out": (.*)$/.exec(line.load_error)!;
        expect(() => new AlertTemplate(`T${i}`, template)).toThrow(expected);
        return;
      }
      expect(expandAlert(`T${i}`, template)).toBe(asToday(line.output!));
    },
  );

  test.each(consoles.map((line, i) => [i, line.template, line] as const))(
    'console %d: %s',
    (i, text, line) => {
      const page = { path: `/t${i}.html`, text, libraries: new Map() };
      const expand = () =>
        expandConsole(page, { parameters: new URLSearchParams(), externalLabels }, environment);
      if (line.status === 200) expect(expand()).toBe(asToday(line.output!));
      else expect(messageOf(expand)).toBe(asToday(line.output!.trimEnd()));
    },
  );
});

function expandAlert(name: string, text: string): string {
  try {
    return new AlertTemplate(name, text).expand({ labels, externalLabels, value: 1234.5678 }, environment);
  } catch (error) {
    return describeFailure(error);
  }
}

function asToday(output: string): string {
  return CHANGED.reduce((text, [before, now]) => {
    const inner = text.replace(/>$/, '');
    return inner.replace(before, now) + text.slice(inner.length);
  }, output);
}

function messageOf(action: () => unknown): string {
  try {
    action();
    return 'nothing thrown';
  } catch (error) {
    return (error as Error).message;
  }
}
