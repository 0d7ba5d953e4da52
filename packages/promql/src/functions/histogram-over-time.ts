// sum_over_time and avg_over_time of native histograms. Windows that hold only histograms come here.
import {
  noteCounterResetCollision,
  noteMismatchedCustomBuckets,
  noteMixedExponentialCustom,
} from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import { HistogramFold } from '../operators/histogram-sums.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeCall } from './contract.ts';

export function foldHistograms(
  series: RangeSeries,
  step: number,
  out: Column,
  call: RangeCall,
  isMean: boolean,
): void {
  const { histograms, lo, hi } = series.histograms;
  const { annotations } = call.state;
  const fold = new HistogramFold(histograms[lo[step]!]!, isMean);
  for (let i = lo[step]! + 1; i < hi[step]!; i++) fold.add(histograms[i]!);
  if (fold.incompatible) {
    noteMixedExponentialCustom(annotations, series.metricName, call.pos);
    return;
  }
  if (fold.resetsCollide) noteCounterResetCollision(annotations, 'aggregation', call.pos);
  if (fold.boundsReconciled) noteMismatchedCustomBuckets(annotations, 'aggregation', call.pos);
  out.setHistogram(step, fold.total());
}
