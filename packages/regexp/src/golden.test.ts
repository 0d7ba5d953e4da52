import { readFileSync } from 'node:fs';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { compileAnchored, compileEnclosed } from './compile.ts';
import { RegexpError } from './regexp-error.ts';

interface Line {
  regex: string;
  input?: string;
  match?: boolean;
  expanded?: string;
  error?: string;
}

describeCorpus('golden/regexp', 'what a real Prometheus answers', () => {
  const lines = readFileSync(corpusPath('golden/regexp/regexp.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

  test('every match, refusal and expansion', () => {
    expect(lines.length).toBeGreaterThan(2000);
    const wrong: unknown[] = [];
    for (const line of lines) {
      for (const compile of [compileAnchored, compileEnclosed]) {
        const answer = ask(compile, line);
        const expected: Line = { ...line, ...(line.error && { error: 'refused' }) };
        if (JSON.stringify(answer) !== JSON.stringify(expected)) wrong.push({ expected, answer });
      }
    }
    expect(wrong).toEqual([]);
  });
});

const TEMPLATE = `[$1|$2|\${0}|$$|$x]`;

function ask(compile: typeof compileAnchored, { regex, input }: Line): Line {
  if (input === undefined) {
    expect(() => compile(regex)).toThrow(RegexpError);
    return { regex, error: 'refused' };
  }
  const regexp = compile(regex);
  const groups = regexp.groups(input);
  expect(regexp.matches(input)).toBe(groups !== undefined);
  if (!groups) return { regex, input, match: false };
  return { regex, input, match: true, expanded: regexp.expand(TEMPLATE, input, groups) };
}
