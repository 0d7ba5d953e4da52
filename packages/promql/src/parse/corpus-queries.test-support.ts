// Every query in the corpus, for tests.
import { globSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { corpusPath } from '@prometheus-ts/testkit';

export interface QuerySource {
  readonly name: string;
  readonly queries: readonly string[];
}

export function corpusQueries(): QuerySource[] {
  return [communityRules(), dashboard(), complianceTemplates(), scripts(), demoAnswers()];
}

/** `expr:` of rule files, plain, quoted or as a block. */
function communityRules(): QuerySource {
  const queries: string[] = [];
  for (const file of globSync(corpusPath('community-rules', '**', '*.yml'))) {
    const lines = readFileSync(file, 'utf8').split('\n');
    lines.forEach((line, i) => {
      const found = /^(\s*)(?:- )?expr:\s*(.*)$/.exec(line);
      if (found) queries.push(scalarOf(found[2]!, found[1]!.length, lines, i));
    });
  }
  return { name: 'community-rules', queries };
}

function scalarOf(text: string, indent: number, lines: readonly string[], at: number): string {
  if (/^[|>]/.test(text)) {
    const block: string[] = [];
    for (let i = at + 1; i < lines.length && /^\s*$/.test(lines[i]!.slice(0, indent + 1)); i++) {
      block.push(lines[i]!.trim());
    }
    return block.join(text.startsWith('|') ? '\n' : ' ');
  }
  if (text.startsWith("'")) return text.slice(1, text.lastIndexOf("'")).replaceAll("''", "'");
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

/** Panel expressions with the dashboard's variables filled in. */
function dashboard(): QuerySource {
  const text = readFileSync(corpusPath('dashboards', 'node-exporter-full.json'), 'utf8');
  const queries: string[] = [];
  JSON.parse(text, (key, value: unknown) => {
    if (key === 'expr' && typeof value === 'string') queries.push(value);
    return value;
  });
  const filled = queries.map((query) =>
    query
      .replaceAll('$__rate_interval', '5m')
      .replaceAll('$__interval', '1m')
      .replaceAll(/\$\{?\w+\}?/g, 'value'),
  );
  return { name: 'dashboards', queries: filled };
}

const SIMPLE_AGGREGATIONS = ['sum', 'avg', 'max', 'min', 'count', 'stddev', 'stdvar'];
const ARITHMETIC = ['+', '-', '*', '/', '%', '^'];
const COMPARISONS = ['==', '!=', '<', '>', '<=', '>='];
/** The compliance tester's values of the variables in its templates. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  range: ['1s', '15s', '1m', '5m', '15m', '1h'],
  offset: ['1m', '5m', '10m'],
  simpleAggrOp: SIMPLE_AGGREGATIONS,
  simpleTimeAggrOp: SIMPLE_AGGREGATIONS,
  topBottomOp: ['topk', 'bottomk'],
  quantile: ['-0.5', '0.1', '0.5', '0.75', '0.95', '0.90', '0.99', '1', '1.5'],
  arithBinOp: ARITHMETIC,
  compBinOp: COMPARISONS,
  binOp: [...ARITHMETIC, ...COMPARISONS],
  simpleMathFunc: ['abs', 'ceil', 'floor', 'exp', 'sqrt', 'ln', 'log2', 'log10', 'round'],
  extrapolatedRateFunc: ['rate', 'delta', 'increase'],
  clampFunc: ['clamp_min', 'clamp_max'],
  instantRateFunc: ['irate', 'idelta'],
  dateFunc: ['day_of_month', 'day_of_week', 'days_in_month', 'hour', 'minute', 'month', 'year'],
};

/** The query templates with every value of every variable; those marked should_fail are left out. */
function complianceTemplates(): QuerySource {
  const text = readFileSync(corpusPath('compliance', 'promql-test-queries.yml'), 'utf8');
  const queries: string[] = [];
  for (const block of text.split(/^\s*- query:\s*/m).slice(1)) {
    if (block.includes('should_fail: true')) continue;
    const [template] = block.split('\n');
    queries.push(...expand(scalarOf(template!.trim(), 0, [], 0)));
  }
  return { name: 'compliance', queries };
}

function expand(template: string): string[] {
  const variable = /\{\{\s*\.(\w+)\s*\}\}/.exec(template);
  if (!variable) return [template];
  const values = VARIANTS[variable[1]!];
  if (!values) throw new Error(`no values for the variable ${variable[1]} of ${template}`);
  return values.flatMap((value) => expand(template.replace(variable[0], value)));
}

/** Queries of eval lines. */
function scripts(): QuerySource {
  const queries: string[] = [];
  for (const file of globSync(corpusPath('promqltest', '*.test'))) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const found = /^\s*eval\w* (?:instant at \S+|range from \S+ to \S+ step \S+) (.*)$/.exec(line);
      if (found) queries.push(found[1]!.trim());
    }
  }
  return { name: 'promqltest', queries };
}

function demoAnswers(): QuerySource {
  const path = corpusPath('golden', 'promql-demo', 'compliance-results.ndjson.gz');
  const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  const answers = lines.map((line) => JSON.parse(line) as { query: string; response: { status: string } });
  const answered = answers.filter(({ response }) => response.status === 'success');
  return { name: 'golden/promql-demo', queries: answered.map(({ query }) => query) };
}
