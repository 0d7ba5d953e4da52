// PromQL evaluated naively: one moment at a time, every window cut out anew, every label set compared whole.
// Slow and simple, so that the engine can be held against it.
import { LabelSet } from '@prometheus-ts/model';
import {
  type AtModifier,
  type Expr,
  type MatrixExpr,
  type SubqueryExpr,
  typeOf,
  type VectorExpr,
} from '../../ast.ts';
import { aggregate } from './aggregations.ts';
import { calculate, join, setOperator, withScalar } from './binary.ts';
import { checkDistinct, type Point, type RawSeries, type Sample, type Value } from './samples.ts';
import { type Outcome, WINDOW_FUNCTIONS } from './window-functions.ts';

export interface World {
  readonly series: readonly RawSeries[];
  readonly lookbackMs: number;
  /** Of the whole query, for start() and end(). */
  readonly startMs: number;
  readonly endMs: number;
  readonly subqueryStepMs: number;
}

export function evaluate(expr: Expr, timeMs: number, world: World): Value {
  switch (expr.kind) {
    case 'number':
      return { kind: 'scalar', value: expr.value };
    case 'string':
      return { kind: 'string', value: expr.value };
    case 'paren':
      return evaluate(expr.expr, timeMs, world);
    case 'unary':
      return negateIf(expr.op === '-', evaluate(expr.expr, timeMs, world));
    case 'vector':
      return { kind: 'vector', samples: instantSamples(expr, timeMs, world) };
    case 'aggregate': {
      const param = expr.param && (evaluate(expr.param, timeMs, world) as { value: number }).value;
      return { kind: 'vector', samples: aggregate(expr, vectorOf(expr.expr, timeMs, world), param) };
    }
    case 'binary':
      return evaluateBinary(expr, timeMs, world);
    case 'call':
      return evaluateCall(expr, timeMs, world);
    default:
      throw new Error(`no instant value: ${expr.kind}`);
  }
}

export function vectorOf(expr: Expr, timeMs: number, world: World): readonly Sample[] {
  const value = evaluate(expr, timeMs, world);
  if (value.kind === 'vector') return value.samples;
  return [{ labels: LabelSet.empty, value: value.value as number }];
}

function scalarOf(expr: Expr, timeMs: number, world: World): number {
  return (evaluate(expr, timeMs, world) as { value: number }).value;
}

function negateIf(negates: boolean, value: Value): Value {
  if (!negates || value.kind === 'string') return value;
  if (value.kind === 'scalar') return { kind: 'scalar', value: -value.value };
  const product = value.samples.map(({ labels, value, histogram }) => {
    if (histogram !== undefined) throw new Error('the oracle does not negate histograms');
    return { labels: labels.withoutName(), value: -value };
  });
  return { kind: 'vector', samples: checkDistinct(product) };
}

function fixed(at: AtModifier | undefined, timeMs: number, world: World): number {
  if (at === undefined) return timeMs;
  if (at.kind === 'time') return at.timeMs;
  return at.kind === 'start' ? world.startMs : world.endMs;
}

function matching(expr: VectorExpr, world: World): readonly RawSeries[] {
  return world.series.filter(({ labels }) =>
    expr.matchers.every((matcher) => matcher.matches(labels.get(matcher.name))),
  );
}

function newestPoint(points: readonly Point[], at: number, lookbackMs: number): Point | undefined {
  const point = points.filter(({ timeMs }) => timeMs <= at).at(-1);
  return point && !point.stale && point.timeMs > at - lookbackMs ? point : undefined;
}

function instantSamples(expr: VectorExpr, timeMs: number, world: World): Sample[] {
  const at = fixed(expr.at, timeMs, world) - expr.offsetMs;
  return matching(expr, world).flatMap(({ labels, points }) => {
    const point = newestPoint(points, at, world.lookbackMs);
    return point ? [{ labels, value: point.value, histogram: point.histogram }] : [];
  });
}

interface Windows {
  readonly startMs: number;
  readonly endMs: number;
  readonly series: readonly RawSeries[];
}

function windowsOf(expr: MatrixExpr | SubqueryExpr, timeMs: number, world: World): Windows {
  const selector = expr.kind === 'matrix' ? expr.selector : expr;
  const endMs = fixed(selector.at, timeMs, world) - selector.offsetMs;
  const startMs = endMs - expr.rangeMs;
  const all =
    expr.kind === 'matrix' ? matching(expr.selector, world) : subquerySeries(expr, startMs, endMs, world);
  const series = all.map(({ labels, points }) => ({
    labels,
    points: points.filter((point) => point.timeMs > startMs && point.timeMs <= endMs && !point.stale),
  }));
  return { startMs, endMs, series };
}

function subquerySeries(expr: SubqueryExpr, startMs: number, endMs: number, world: World): RawSeries[] {
  const stepMs = expr.stepMs || world.subqueryStepMs;
  const byLabels = new Map<string, { labels: LabelSet; points: Point[] }>();
  for (let t = Math.floor(startMs / stepMs) * stepMs; t <= endMs; t += stepMs) {
    if (t <= startMs) continue;
    for (const { labels, value, histogram } of vectorOf(expr.expr, t, world)) {
      const series = byLabels.get(labels.key) ?? { labels, points: [] };
      byLabels.set(labels.key, series);
      series.points.push({ timeMs: t, value, histogram });
    }
  }
  return [...byLabels.values()];
}

const SIMPLE: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  sgn: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
};

type Call = Extract<Expr, { kind: 'call' }>;

function evaluateCall(expr: Call, timeMs: number, world: World): Value {
  const { name } = expr.func;
  const windowFunction = WINDOW_FUNCTIONS[name];
  if (windowFunction) {
    const matrixAt = expr.args.findIndex((arg) => typeOf(arg) === 'matrix');
    const scalars = expr.args.filter((_, i) => i !== matrixAt).map((arg) => scalarOf(arg, timeMs, world));
    const windows = windowsOf(expr.args[matrixAt] as MatrixExpr, timeMs, world);
    const keepsName = name === 'last_over_time' || name === 'first_over_time';
    const samples = windows.series.flatMap(({ labels, points }): Sample[] => {
      if (points.length === 0) return [];
      const result: Outcome | undefined = windowFunction(
        { points, startMs: windows.startMs, endMs: windows.endMs, evaluatedMs: timeMs },
        scalars,
      );
      if (result === undefined) return [];
      const { value, histogram } = result;
      return [{ labels: keepsName ? labels : labels.withoutName(), value, histogram }];
    });
    return { kind: 'vector', samples: checkDistinct(samples) };
  }
  if (name === 'time') return { kind: 'scalar', value: timeMs / 1000 };
  if (name === 'vector') {
    return {
      kind: 'vector',
      samples: [{ labels: LabelSet.empty, value: scalarOf(expr.args[0]!, timeMs, world) }],
    };
  }
  const samples = vectorOf(expr.args[0]!, timeMs, world);
  if (name === 'scalar') {
    const floats = samples.filter(({ histogram }) => histogram === undefined);
    return { kind: 'scalar', value: floats.length === 1 ? floats[0]!.value : Number.NaN };
  }
  if (name === 'timestamp') return timestamps(expr, samples, timeMs, world);
  if (name.startsWith('histogram_')) return mapped(samples, (sample) => histogramValue(name, sample));
  const simple = SIMPLE[name] ?? clampFunction(name, expr, timeMs, world);
  return mapped(samples, ({ value, histogram }) => (histogram ? undefined : simple(value)));
}

function mapped(samples: readonly Sample[], map: (sample: Sample) => number | undefined): Value {
  const results = samples.flatMap((sample) => {
    const value = map(sample);
    return value === undefined ? [] : [{ labels: sample.labels.withoutName(), value }];
  });
  return { kind: 'vector', samples: checkDistinct(results) };
}

function histogramValue(name: string, { histogram }: Sample): number | undefined {
  if (histogram === undefined) return undefined;
  if (name === 'histogram_count') return histogram.count;
  return name === 'histogram_sum' ? histogram.sum : histogram.sum / histogram.count;
}

function clampFunction(name: string, expr: Call, timeMs: number, world: World): (value: number) => number {
  const bound = scalarOf(expr.args[1]!, timeMs, world);
  // An infinity wins even against NaN.
  if (name === 'clamp_min')
    return (value) => ([value, bound].includes(Infinity) ? Infinity : Math.max(bound, value));
  if (name === 'clamp_max')
    return (value) => ([value, bound].includes(-Infinity) ? -Infinity : Math.min(bound, value));
  throw new Error(`not in the oracle: ${name}`);
}

function timestamps(expr: Call, samples: readonly Sample[], timeMs: number, world: World): Value {
  let argument = expr.args[0]!;
  while (argument.kind === 'paren') argument = argument.expr;
  if (argument.kind !== 'vector') return mapped(samples, () => timeMs / 1000);
  const at = fixed(argument.at, timeMs, world) - argument.offsetMs;
  const results = matching(argument, world).flatMap(({ labels, points }) => {
    const point = newestPoint(points, at, world.lookbackMs);
    return point ? [{ labels: labels.withoutName(), value: point.timeMs / 1000 }] : [];
  });
  return { kind: 'vector', samples: checkDistinct(results) };
}

function evaluateBinary(expr: Extract<Expr, { kind: 'binary' }>, timeMs: number, world: World): Value {
  const left = evaluate(expr.left, timeMs, world);
  const right = evaluate(expr.right, timeMs, world);
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    return { kind: 'scalar', value: calculate(expr.op, left.value, right.value) };
  }
  if (left.kind === 'scalar' && right.kind === 'vector') {
    return { kind: 'vector', samples: withScalar(expr, right.samples, left.value, true) };
  }
  if (left.kind === 'vector' && right.kind === 'scalar') {
    return { kind: 'vector', samples: withScalar(expr, left.samples, right.value, false) };
  }
  if (left.kind !== 'vector' || right.kind !== 'vector') throw new Error('a string has no operators');
  const combineSides = ['and', 'or', 'unless'].includes(expr.op) ? setOperator : join;
  return { kind: 'vector', samples: combineSides(expr, left.samples, right.samples) };
}
