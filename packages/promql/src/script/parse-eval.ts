// The eval command: when to run which query, and what to expect.
import { parseNumberLiteral } from '../parse/number-literal.ts';
import { ALL_PARSE_OPTIONS } from '../parse/options.ts';
import { parseExpr } from '../parse/parse.ts';
import { ParseError } from '../parse/parse-error.ts';
import { formatPosition } from '../parse/position.ts';
import type { EvalCommand, EvalTime, ScriptError } from './commands.ts';
import { ExpectationBuilder } from './expectations.ts';
import { durationOf, parseSeriesLine } from './line-values.ts';
import type { ScriptLines } from './lines.ts';

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;
const RANGE_VECTOR = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;

/** @param line the first line of the command; the others are taken from `lines` */
export function parseEval(line: string, lines: ScriptLines): EvalCommand {
  const instant = INSTANT.exec(line);
  const range = instant ? null : RANGE.exec(line);
  if (!instant && !range) {
    throw lines.fail(
      "invalid evaluation command. Must be either 'eval[_fail|_warn|_ordered] instant [at <offset:duration>] <query>' or 'eval[_fail|_warn] range from <from> to <to> step <step> <query>'",
    );
  }
  const start = lines.number;
  const query = (instant?.[3] ?? range?.[5])!;
  checkQuery(query, line, lines);
  const when: EvalTime = instant
    ? { kind: 'instant', timeMs: durationOf(instant[2] ?? '', 'timestamp', lines) }
    : { kind: 'range', ...parseGrid(range![2]!, range![3]!, range![4]!, lines) };
  const expected = new ExpectationBuilder(instant?.[1] ?? range?.[1]);
  parseExpectations(expected, when, query, lines);
  return { kind: 'eval', line: start, query, when, expected: expected.build() };
}

function checkQuery(query: string, line: string, lines: ScriptLines): void {
  try {
    parseExpr(query, ALL_PARSE_OPTIONS);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const offset = line.indexOf(query) + error.span.start;
    const position = formatPosition(line, offset, lines.number - 1);
    throw lines.fail(`${position}: parse error: ${error.reason}`);
  }
}

function parseGrid(from: string, to: string, step: string, lines: ScriptLines) {
  const startMs = durationOf(from, 'start timestamp', lines);
  const endMs = durationOf(to, 'end timestamp', lines);
  if (endMs < startMs) {
    throw lines.fail(`invalid test definition, end timestamp (${to}) is before start timestamp (${from})`);
  }
  return { startMs, endMs, stepMs: durationOf(step, 'step', lines) };
}

function parseExpectations(
  expected: ExpectationBuilder,
  when: EvalTime,
  query: string,
  lines: ScriptLines,
): void {
  const fail = (message: string): ScriptError =>
    lines.fail(`error in eval ${query} (line ${lines.number}): ${message}`);
  let position = 1;
  for (let line = lines.nextOfCommand(); line !== undefined; line = lines.nextOfCommand()) {
    const rangeVector = line.startsWith('expect range vector');
    if (expected.takeOldFailText(line, fail)) return;
    if (rangeVector) {
      const parts = RANGE_VECTOR.exec(line);
      if (!parts) throw fail(`invalid range vector definition ${JSON.stringify(line)}`);
      expected.rangeVector(parseGrid(parts[1]!, parts[2]!, parts[3]!, lines));
      position++;
    } else if (line.startsWith('expect string')) {
      expected.string(line.slice('expect string'.length), fail);
      position++;
    } else if (line.split(' ', 1)[0] === 'expect') {
      expected.annotation(line, fail);
    } else {
      const scalar = /^[\w.+-]+$/.test(line) ? parseScalar(line) : undefined;
      if (scalar !== undefined) {
        expected.scalar(scalar);
        return;
      }
      const { labels, values } = parseSeriesLine(line, lines);
      if (values.length > 1 && when.kind === 'instant' && !expected.hasRangeVector) {
        throw fail(
          "expecting multiple values in instant evaluation not allowed. consider using 'expect range vector' directive to enable a range vector result for an instant query",
        );
      }
      expected.series({ labels, values, position });
      position++;
    }
  }
}

/** A bare number, signed or not. */
function parseScalar(text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, '').replace(/^infinity$/i, 'inf');
  const number = parseNumberLiteral(unsigned);
  if ('error' in number) return undefined;
  return text.startsWith('-') ? -number.value : number.value;
}
