// What must hold for any input of the parser.
import type { Random } from '@prometheus-ts/testkit';
import { hintsForError } from '../hints/hints.ts';
import { prettyPrint } from '../print/pretty-print.ts';
import { printExpr } from '../print/print.ts';
import { ALL_PARSE_OPTIONS } from './options.ts';
import { parseExpr } from './parse.ts';
import { ParseError } from './parse-error.ts';
import { mutateQuery } from './query-fuzzer.test-support.ts';

export interface FuzzFigures {
  readonly parsed: number;
  readonly refused: number;
  readonly slowestMs: number;
}

/** Parses mutated queries; throws when one fails with anything but a ParseError, or prints to something else. */
export function checkMutations(random: Random, count: number): FuzzFigures {
  let parsed = 0;
  let slowestMs = 0;
  for (let i = 0; i < count; i++) {
    const query = mutateQuery(random);
    const start = performance.now();
    if (survives(query)) parsed++;
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  return { parsed, refused: count - parsed, slowestMs };
}

const WITHOUT_DURATIONS = { ...ALL_PARSE_OPTIONS, durationExpressions: false };

/**
 * Whether the query parses. Upstream's normal form does not last for computed durations, and not for `Inf ^ 2`,
 * which it prints with a sign.
 */
function survives(query: string): boolean {
  try {
    prettyPrint(parseExpr(query, ALL_PARSE_OPTIONS));
    const printed = printExpr(parseExpr(query, WITHOUT_DURATIONS));
    const again = printExpr(parseExpr(printed, WITHOUT_DURATIONS));
    if (again !== printed && !printed.includes('Inf ^')) throw new Error(`${printed} prints as ${again}`);
    return true;
  } catch (error) {
    if (error instanceof ParseError) {
      hintsForError(error, { options: ALL_PARSE_OPTIONS, isRange: true });
      return false;
    }
    throw new Error(`on ${JSON.stringify(query)}`, { cause: error });
  }
}
