import { describeCorpus } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import type { Expr } from '../ast.ts';
import { prettyPrint } from '../print/pretty-print.ts';
import { printExpr } from '../print/print.ts';
import { exprToJson } from '../print/tree-json.ts';
import { corpusQueries } from './corpus-queries.test-support.ts';
import { ALL_PARSE_OPTIONS } from './options.ts';
import { parseExpr } from './parse.ts';

/** How many queries each source has at least, so that a reader of files that finds none is noticed. */
const AT_LEAST: Readonly<Record<string, number>> = {
  'community-rules': 900,
  dashboards: 200,
  compliance: 500,
  promqltest: 1500,
  'golden/promql-demo': 500,
};

/** The tree without positions. Printing sorts the conditions of a selector, and drops the plus of a duration. */
function shapeOf(expr: Expr): string {
  return JSON.stringify(exprToJson(expr), (key, value) => {
    if (key === 'matchers') return value.map((matcher: object) => JSON.stringify(matcher)).sort();
    const plus = value?.type === 'durationExpr' && value.op === '+' && value.lhs === null && !value.wrapped;
    return plus ? value.rhs : value;
  });
}

describeCorpus('', 'queries of the corpus', () => {
  for (const { name, queries } of corpusQueries()) {
    test(`${name}: ${queries.length} queries parse, print, and parse to the same again`, () => {
      expect(queries.length).toBeGreaterThanOrEqual(AT_LEAST[name]!);
      for (const query of queries) {
        const expr = parseExpr(query, ALL_PARSE_OPTIONS);
        const printed = printExpr(expr);
        const again = parseExpr(printed, ALL_PARSE_OPTIONS);
        expect(printExpr(again), query).toBe(printed);
        expect(shapeOf(again), query).toBe(shapeOf(expr));
        expect(printExpr(parseExpr(prettyPrint(expr), ALL_PARSE_OPTIONS)), query).toBe(printed);
      }
    });
  }
});
