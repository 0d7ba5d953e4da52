import { ConfigError, decode, parseYaml, toYaml } from '@prometheus-ts/config';
import type { NameScheme } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { type RelabelConfig, relabelConfigSchema, relabelProblem } from './config.ts';

const read = (yaml: string) => decode(relabelConfigSchema, parseYaml(yaml, 'rule.yml')) as RelabelConfig;

describe('reading', () => {
  test('fills in the defaults', () => {
    expect(read('target_label: x')).toMatchObject({
      source_labels: [],
      separator: ';',
      regex: { source: '(.*)' },
      modulus: 0,
      replacement: '$1',
      action: 'replace',
    });
  });

  test('takes actions in any case', () => expect(read('action: LabelDrop').action).toBe('labeldrop'));

  test.each([
    ['action: lable_drop', 'unknown relabel action "lable_drop"'],
    ['regex: "("', 'error parsing regexp: missing closing ): `^(?s:()$`'],
    ['source_labels: [""]', '"" is not a valid label name'],
    ['sourcelabels: [a]', 'field sourcelabels not found in type relabel.Config'],
    ['modulus: -1', 'cannot unmarshal'],
  ])('%s is refused', (yaml, message) => {
    expect(() => read(yaml)).toThrow(ConfigError);
    expect(() => read(yaml)).toThrow(message);
  });

  test('prints back what was written, and what upstream always prints', () => {
    expect(toYaml(read('{target_label: x, regex: "(.*)"}'), relabelConfigSchema)).toBe(
      'separator: ;\nregex: (.*)\ntarget_label: x\nreplacement: $1\naction: replace\n',
    );
    expect(toYaml(read('{target_label: x}'), relabelConfigSchema)).not.toContain('regex');
    expect(
      toYaml(
        read('{source_labels: [__address__, "a b", "x,y", "[z"], target_label: x}'),
        relabelConfigSchema,
      ),
    ).toMatch(/^source_labels: \[__address__, a b, 'x,y', '\[z'\]\n/);
  });
});

describe('checking', () => {
  test.each<[string, NameScheme, string | undefined]>([
    ['target_label: a.b', 'utf8', undefined],
    ['target_label: a.b', 'legacy', '"a.b" is invalid \'target_label\' for replace action'],
    [`target_label: "\${1}_x$2y"`, 'legacy', undefined],
    ['target_label: "$1.x"', 'legacy', '"$1.x" is invalid \'target_label\' for replace action'],
    ['target_label: "$1.x"', 'utf8', undefined],
    ['replacement: x', 'utf8', "relabel configuration for replace action requires 'target_label' value"],
    [
      '{action: hashmod, target_label: x}',
      'utf8',
      'relabel configuration for hashmod requires non-zero modulus',
    ],
    [
      '{action: hashmod, modulus: 8}',
      'utf8',
      "relabel configuration for hashmod action requires 'target_label' value",
    ],
    [
      '{action: hashmod, modulus: 8, target_label: "0x"}',
      'legacy',
      '"0x" is invalid \'target_label\' for hashmod action',
    ],
    [
      '{action: lowercase, target_label: x, replacement: y}',
      'utf8',
      "'replacement' can not be set for lowercase action",
    ],
    [
      '{action: uppercase, target_label: "$x"}',
      'legacy',
      '"$x" is invalid \'target_label\' for uppercase action',
    ],
    [
      '{action: labelmap, replacement: "a.$1"}',
      'legacy',
      '"a.$1" is invalid \'replacement\' for labelmap action',
    ],
    ['{action: labelmap, replacement: "a_$1"}', 'legacy', undefined],
    ['{action: keepequal, target_label: x, source_labels: [y]}', 'utf8', undefined],
    [
      '{action: keepequal, target_label: x, regex: "(.*)"}',
      'utf8',
      "keepequal action requires only 'source_labels' and `target_label`, and no other fields",
    ],
    [
      '{action: dropequal, target_label: x, separator: ","}',
      'utf8',
      "dropequal action requires only 'source_labels' and `target_label`, and no other fields",
    ],
    ['{action: labeldrop, regex: x}', 'utf8', undefined],
    [
      '{action: labeldrop, regex: x, source_labels: [y]}',
      'utf8',
      "labeldrop action requires only 'regex', and no other fields",
    ],
    [
      '{action: labelkeep, replacement: x}',
      'utf8',
      "labelkeep action requires only 'regex', and no other fields",
    ],
    ['{action: }', 'utf8', 'relabel action cannot be empty'],
  ])('%s, %s names', (yaml, scheme, problem) => expect(relabelProblem(read(yaml), scheme)).toBe(problem));

  test('a template of any length is checked at once', () => {
    const rule = read(`target_label: "${'$a'.repeat(5000)}."`);
    const before = process.threadCpuUsage();
    expect(relabelProblem(rule, 'legacy')).toContain('is invalid');
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000);
  });
});
