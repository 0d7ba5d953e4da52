// Values that commands hold, with errors that name the place in the script.
import { parseDuration } from '@prometheus-ts/model';
import { ParseError } from '../parse/parse-error.ts';
import { parseSeriesDescription, type SeriesDescription } from '../parse/series-grammar.ts';
import type { ScriptLines } from './lines.ts';

/** Parses a series with its values; errors name line and column of the script. */
export function parseSeriesLine(text: string, lines: ScriptLines): SeriesDescription {
  try {
    return parseSeriesDescription(text);
  } catch (error) {
    if (error instanceof ParseError) throw lines.fail(error.messageAtLine(lines.number - 1));
    throw error;
  }
}

/** Milliseconds of a duration in a command; `what` it is for. */
export function durationOf(text: string, what: string, lines: ScriptLines): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw lines.fail(`invalid ${what} definition ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
}
