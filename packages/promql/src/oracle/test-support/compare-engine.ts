// Runs random expressions through engine and oracle and tells where they differ.
import type { FloatHistogram } from '@prometheus-ts/model';
import { Random } from '@prometheus-ts/testkit';
import { Engine } from '../../engine/engine.ts';
import { pointsOf } from '../../engine/script-engine.ts';
import { ALL_PARSE_OPTIONS } from '../../parse/options.ts';
import type { MatrixResult, QueryResult } from '../../result/value.ts';
import { vectorOf, type World } from './evaluate.ts';
import { ExpressionMaker } from './random-expression.ts';
import { randomWorld, storageOf, WORLD_END_MS, WORLD_START_MS } from './random-world.ts';
import { checkDistinct, OracleError, type Point } from './samples.ts';

const LOOKBACK_MS = 120_000;
const SUBQUERY_STEP_MS = 60_000;
const EXPRESSIONS_PER_WORLD = 100;
const RELATIVE_ERROR = 1e-9;
/** What cancels out to nearly nothing may differ by rounding of the values that cancelled. */
const ABSOLUTE_ERROR = 1e-9;

type Outcome = Map<string, readonly Point[]> | 'error';

/** The differences among `count` expressions, one line each; empty where the two agree. */
export function compareRandomly(seed: number, count: number): string[] {
  const random = new Random(seed);
  const maker = new ExpressionMaker(random);
  const engine = new Engine({
    parse: ALL_PARSE_OPTIONS,
    lookbackMs: LOOKBACK_MS,
    defaultSubqueryStepMs: SUBQUERY_STEP_MS,
  });
  const differences: string[] = [];
  for (let done = 0; done < count; done += EXPRESSIONS_PER_WORLD) {
    const series = randomWorld(random);
    const storage = storageOf(series);
    for (let i = 0; i < Math.min(EXPRESSIONS_PER_WORLD, count - done); i++) {
      const query = maker.vector(1 + random.below(3));
      const stepMs = 1000 * (10 + random.below(200));
      const startMs = WORLD_START_MS + 1000 * random.below(2000);
      const endMs = Math.min(WORLD_END_MS, startMs + stepMs * random.below(12));
      const parsed = engine.parse(query);
      const world: World = {
        series,
        lookbackMs: LOOKBACK_MS,
        startMs,
        endMs,
        subqueryStepMs: SUBQUERY_STEP_MS,
      };
      const expected = attempt(() => {
        const points = new Map<string, Point[]>();
        for (let t = startMs; t <= endMs; t += stepMs) {
          for (const { labels, value, histogram } of checkDistinct(vectorOf(parsed.expr, t, world))) {
            const own = points.get(labels.key) ?? [];
            points.set(labels.key, own);
            own.push({ timeMs: t, value, histogram });
          }
        }
        return points;
      });
      const actual = attempt(() => {
        const result = engine.range(storage, parsed, startMs, endMs, stepMs) as QueryResult;
        return new Map((result.value as MatrixResult).series.map((one) => [one.labels.key, pointsOf(one)]));
      });
      const difference = differenceOf(actual, expected);
      if (difference !== undefined) {
        differences.push(`seed ${seed}, ${startMs}..${endMs}/${stepMs}: ${query}: ${difference}`);
      }
    }
  }
  return differences;
}

function attempt(run: () => Map<string, readonly Point[]>): Outcome {
  try {
    return run();
  } catch (error) {
    if (error instanceof OracleError || (error as Error).name === 'QueryError') return 'error';
    throw error;
  }
}

function differenceOf(actual: Outcome, expected: Outcome): string | undefined {
  if (actual === 'error' || expected === 'error') {
    return actual === expected
      ? undefined
      : `${actual === 'error' ? 'only the engine' : 'only the oracle'} fails`;
  }
  if (actual.size !== expected.size) return `${actual.size} series instead of ${expected.size}`;
  for (const [key, points] of expected) {
    const found = actual.get(key);
    if (found === undefined) return `no series ${key}`;
    if (found.length !== points.length) return `${key}: ${found.length} points instead of ${points.length}`;
    for (let i = 0; i < points.length; i++) {
      const a = found[i]!;
      const b = points[i]!;
      if (a.timeMs !== b.timeMs || !isSame(a, b)) {
        return `${key} at ${b.timeMs}: ${describePoint(a)} instead of ${describePoint(b)}`;
      }
    }
  }
  return undefined;
}

function isSame(a: Point, b: Point): boolean {
  if (a.histogram === undefined || b.histogram === undefined) {
    return a.histogram === b.histogram && isClose(a.value, b.value);
  }
  const numbers = (h: FloatHistogram) => [h.count, h.sum, h.zeroCount, ...h.positiveBuckets];
  const left = numbers(a.histogram);
  const right = numbers(b.histogram);
  return left.length === right.length && left.every((value, i) => isClose(value, right[i]!));
}

function isClose(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= ABSOLUTE_ERROR + RELATIVE_ERROR * Math.max(Math.abs(a), Math.abs(b));
}

function describePoint({ value, histogram }: Point): string {
  return histogram === undefined ? String(value) : JSON.stringify(histogram);
}
