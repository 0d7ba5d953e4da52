// The answer to an instant query that asks for a range vector itself: `x[5m]`.
import { SampleColumns } from '@prometheus-ts/model';
import { executionError } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import { edgeRows, valueAtEdge } from '../functions/extended-rate.ts';
import { Kind } from '../operators/column.ts';
import { histogramWeight } from '../operators/histogram-weight.ts';
import { windowShape } from '../operators/range-function.ts';
import { RangeSeries } from '../operators/range-series.ts';
import type { SampleCounter } from '../operators/sample-counter.ts';
import type { RangeScanNode } from '../plan/plan.ts';
import { sortByLabels } from './collect.ts';
import type { MatrixSeries } from './value.ts';

export function collectRawMatrix(
  node: RangeScanNode,
  state: QueryState,
  counter: SampleCounter,
): MatrixSeries[] {
  const { selector } = node.expr;
  const set = state.seriesSets[node.selection]!;
  for (const warning of set.warnings) state.annotations.addForeign(warning);
  const shape = windowShape(node, state.lookbackMs);
  const reach = shape.rangeMs + shape.extraBeforeMs;
  const minTime = shape.reference.startMs - reach + 1;
  const maxTime = shape.reference.startMs + shape.extraAfterMs;
  const out: MatrixSeries[] = [];
  if (minTime > maxTime) return out;
  const samples = new SampleColumns();
  const series = new RangeSeries(shape);
  for (let i = 0; i < set.length; i++) {
    state.poll();
    set.read(i, minTime, maxTime, samples);
    if (samples.length === 0) continue;
    series.load(samples);
    const weight = series.weight(0, 0, 0);
    if (weight === 0) continue;
    const labels = set.labels(i);
    let result: MatrixSeries | undefined;
    if (selector.anchored || selector.smoothed) {
      if (series.histograms.length > 0) {
        const modifier = selector.anchored ? 'anchored' : 'smoothed';
        throw executionError(`${modifier} modifier is not supported with histograms`);
      }
      result = extended(series, labels, selector.smoothed);
    } else {
      result = plain(series, labels);
    }
    if (result === undefined) continue;
    let total = 0;
    for (let row = 0; row < result.kinds.length; row++) {
      total += result.kinds[row] === Kind.histogram ? histogramWeight(result.histograms![row]!) : 1;
    }
    counter.add(0, total, total);
    state.samples.hold(total);
    out.push(result);
  }
  return sortByLabels(out);
}

function plain(series: RangeSeries, labels: MatrixSeries['labels']): MatrixSeries {
  const { floats, histograms } = series;
  const length = floats.length + histograms.length;
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  const kinds = new Uint8Array(length);
  const column = histograms.length > 0 ? new Array(length) : undefined;
  let f = 0;
  let h = 0;
  for (let row = 0; row < length; row++) {
    const takesFloat =
      h >= histograms.length || (f < floats.length && floats.times[f]! < histograms.times[h]!);
    if (takesFloat) {
      times[row] = floats.times[f]!;
      values[row] = floats.values[f++]!;
      kinds[row] = Kind.float;
    } else {
      times[row] = histograms.times[h]!;
      column![row] = histograms.histograms[h++];
      kinds[row] = Kind.histogram;
    }
  }
  return { labels, times, kinds, values, histograms: column };
}

/** The window with its edges filled in: anchored takes the sample before the edge, smoothed interpolates. */
function extended(
  series: RangeSeries,
  labels: MatrixSeries['labels'],
  smoothed: boolean,
): MatrixSeries | undefined {
  const { floats } = series;
  const start = series.windowStart(0);
  const end = series.windowEnd(0);
  let [first, last] = edgeRows(floats.times, 0, floats.length, start, end, smoothed);
  if (floats.times[last]! <= start) return undefined;
  const left = valueAtEdge(floats, first, start, smoothed && floats.times[first]! < start, false);
  const right = valueAtEdge(floats, last, end, smoothed && last > 0 && floats.times[last]! > end, true);
  if (floats.times[first]! <= start) first++;
  if (floats.times[last]! >= end) last--;
  const inside = Math.max(0, last - first + 1);
  const times = new Float64Array(inside + 2);
  const values = new Float64Array(inside + 2);
  times[0] = start;
  values[0] = left;
  times.set(floats.times.subarray(first, first + inside), 1);
  values.set(floats.values.subarray(first, first + inside), 1);
  times[inside + 1] = end;
  values[inside + 1] = right;
  return { labels, times, kinds: new Uint8Array(inside + 2).fill(Kind.float), values, histograms: undefined };
}
