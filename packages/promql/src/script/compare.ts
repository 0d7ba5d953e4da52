// Whether an answer is the one that a script expects. A difference is a sentence, agreement is undefined.
import { formatFloatG, formatHistogramLiteral, formatSeries } from '@prometheus-ts/model';
import type { SequenceValue } from '../parse/series-grammar.ts';
import { almostEqual, histogramsAlmostEqual } from './almost-equal.ts';
import type {
  AnnotationExpectation,
  Expectations,
  ExpectedSeries,
  TextExpectation,
  TimeGrid,
} from './commands.ts';
import type { ScriptPoint, ScriptResult, ScriptSample, ScriptSeries, ScriptValue } from './engine.ts';

type Difference = string | undefined;

/** @param times the steps of a range query */
export function compareResult(
  result: ScriptResult,
  expected: Expectations,
  times: TimeGrid | undefined,
): Difference {
  return (
    compareAnnotations(result.warnings, expected.warnings, 'warn') ??
    compareAnnotations(result.infos, expected.infos, 'info') ??
    compareValue(result.value, expected, times)
  );
}

export function meetsText(text: string, expected: TextExpectation): boolean {
  if (expected.kind === 'any') return true;
  return expected.kind === 'equal' ? text === expected.text : expected.matches(text);
}

export function describeText(expected: TextExpectation): string {
  if (expected.kind === 'any') return 'anything';
  return expected.kind === 'equal' ? JSON.stringify(expected.text) : `/${expected.source}/`;
}

function compareAnnotations(
  actual: readonly string[],
  { none, some, texts }: AnnotationExpectation,
  level: 'warn' | 'info',
): Difference {
  if (none && actual.length > 0) return `unexpected ${level} annotations: ${actual.join('; ')}`;
  if (some && actual.length === 0) return `expected ${level} annotations but got none`;
  if (texts.length === 0) return undefined;
  if (actual.length === 0) return `expected ${level} annotations but none were found`;
  const unmet = texts.find((expected) => !actual.some((text) => meetsText(text, expected)));
  if (unmet) {
    return `expected ${level} annotation matching ${describeText(unmet)}, found: ${actual.join('; ')}`;
  }
  const extra = actual.find((text) => !texts.some((expected) => meetsText(text, expected)));
  return extra === undefined ? undefined : `unexpected ${level} annotation ${JSON.stringify(extra)}`;
}

export function compareValue(
  actual: ScriptValue,
  { value: expected, ordered }: Expectations,
  times: TimeGrid | undefined,
): Difference {
  switch (actual.kind) {
    case 'string': {
      const wanted = expected.kind === 'string' ? expected.value : '';
      return actual.value === wanted
        ? undefined
        : `expected string ${JSON.stringify(wanted)} but got ${JSON.stringify(actual.value)}`;
    }
    case 'scalar':
      if (expected.kind !== 'scalar')
        return `expected vector or matrix result, but got scalar ${actual.value}`;
      return almostEqual(expected.value, actual.value)
        ? undefined
        : `expected scalar ${expected.value} but got ${actual.value}`;
    case 'vector':
      if (expected.kind === 'scalar') return 'expected scalar result, but got vector';
      return compareVector(actual.samples, expected.kind === 'string' ? [] : expected.series, ordered);
    case 'matrix': {
      if (ordered) return 'expected ordered result, but query returned a matrix';
      if (expected.kind === 'scalar') return 'expected scalar result, but got matrix';
      const grid = expected.kind === 'range-vector' ? expected.times : times;
      return compareMatrix(actual.series, expected.kind === 'string' ? [] : expected.series, grid);
    }
  }
}

function compareVector(
  samples: readonly ScriptSample[],
  expected: readonly ExpectedSeries[],
  ordered: boolean,
): Difference {
  const byLabels = new Map(expected.map((series) => [series.labels.key, series]));
  const seen = new Set<string>();
  for (const [i, sample] of samples.entries()) {
    const wanted = byLabels.get(sample.labels.key);
    if (!wanted)
      return `unexpected metric ${formatSeries(sample.labels)} in result, has ${formatPoint(sample)}`;
    if (ordered && wanted.position !== i + 1) {
      return `expected metric ${formatSeries(sample.labels)} at position ${wanted.position} but was at ${i + 1}`;
    }
    if (!sameValue(wanted.values[0] ?? { kind: 'omitted' }, sample)) {
      return `expected ${formatValue(wanted.values[0])} for ${formatSeries(sample.labels)} but got ${formatPoint(sample)}`;
    }
    seen.add(sample.labels.key);
  }
  return missing(expected, seen);
}

function compareMatrix(
  series: readonly ScriptSeries[],
  expected: readonly ExpectedSeries[],
  times: TimeGrid | undefined,
): Difference {
  const byLabels = new Map(expected.map((wanted) => [wanted.labels.key, wanted]));
  const seen = new Set<string>();
  for (const [i, { labels, points }] of series.entries()) {
    const before = series[i - 1];
    if (before && before.labels.compare(labels) > 0) {
      return `matrix is not sorted by labels: ${formatSeries(labels)} at index ${i}`;
    }
    const name = formatSeries(labels);
    const wanted = byLabels.get(labels.key);
    if (!wanted) return `unexpected metric ${name} in result, has ${formatPoints(points)}`;
    seen.add(labels.key);
    const difference = comparePoints(points, wanted.values, times);
    if (difference !== undefined) return `${name}: ${difference} (result has ${formatPoints(points)})`;
  }
  return missing(expected, seen);
}

function comparePoints(
  points: readonly ScriptPoint[],
  values: readonly SequenceValue[],
  times: TimeGrid | undefined,
): Difference {
  const { startMs, endMs, stepMs } = times ?? { startMs: 0, endMs: 0, stepMs: 0 };
  if (values.length > 0 && startMs + (values.length - 1) * stepMs > endMs) {
    return `expected ${values.length} points, but query time range cannot return this many points`;
  }
  const wanted = values
    .map((value, i) => ({ value, timeMs: startMs + i * stepMs }))
    .filter(({ value }) => value.kind !== 'omitted');
  if (wanted.length !== points.length) return `expected ${wanted.length} points, but got ${points.length}`;
  for (const [i, { value, timeMs }] of wanted.entries()) {
    const point = points[i]!;
    if (point.timeMs !== timeMs) return `expected point ${i} at ${timeMs}, but it was at ${point.timeMs}`;
    if (!sameValue(value, point)) {
      return `expected ${formatValue(value)} at ${timeMs} but got ${formatPoint(point)}`;
    }
  }
  return undefined;
}

function missing(expected: readonly ExpectedSeries[], seen: ReadonlySet<string>): Difference {
  const lost = expected.find(({ labels }) => !seen.has(labels.key));
  return (
    lost &&
    `expected metric ${formatSeries(lost.labels)} with ${lost.values.map(formatValue).join(' ')} not found`
  );
}

function sameValue(expected: SequenceValue, actual: Omit<ScriptPoint, 'timeMs'>): boolean {
  if (expected.kind === 'histogram') {
    return (
      actual.histogram !== undefined &&
      histogramsAlmostEqual(expected.histogram, actual.histogram, expected.hintGiven)
    );
  }
  if (actual.histogram !== undefined) return false;
  return almostEqual(
    expected.kind === 'float' ? expected.value : expected.kind === 'stale' ? NaN : 0,
    actual.value,
  );
}

function formatValue(value: SequenceValue | undefined): string {
  if (value?.kind === 'float') return formatFloatG(value.value);
  if (value?.kind === 'histogram') return formatHistogramLiteral(value.histogram);
  return value?.kind === 'stale' ? 'stale' : '_';
}

function formatPoint({ value, histogram }: Omit<ScriptPoint, 'timeMs'>): string {
  return histogram ? formatHistogramLiteral(histogram) : formatFloatG(value);
}

function formatPoints(points: readonly ScriptPoint[]): string {
  return points.map((point) => `${formatPoint(point)} @${point.timeMs}`).join(' ');
}
