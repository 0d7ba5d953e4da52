// Figures of native histograms: histogram_count, histogram_sum, histogram_avg, histogram_stddev,
// histogram_stdvar. Floats have no answer.
import { BucketCursor, type FloatHistogram, isCustomSchema, KahanSum } from '@prometheus-ts/model';
import { Kind } from '../operators/column.ts';
import type { ColumnFunction } from './contract.ts';

function mapHistograms(map: (histogram: FloatHistogram) => number): ColumnFunction {
  return {
    form: 'column',
    apply: (column) => {
      const { kinds, values, histograms } = column;
      for (let step = 0; step < kinds.length; step++) {
        if (kinds[step] === Kind.histogram) {
          values[step] = map(histograms![step]!);
          kinds[step] = Kind.float;
        } else kinds[step] = Kind.absent;
      }
      column.histograms = undefined;
    },
  };
}

export const histogramCount = mapHistograms((h) => h.count);
export const histogramSum = mapHistograms((h) => h.sum);
export const histogramAvg = mapHistograms((h) => h.sum / h.count);
export const histogramStdvar = mapHistograms(variance);
export const histogramStddev = mapHistograms((h) => Math.sqrt(variance(h)));

/** Takes every observation of a bucket to lie in its middle. */
function variance(h: FloatHistogram): number {
  const mean = h.sum / h.count;
  const squares = new KahanSum();
  const cursor = BucketCursor.ascending(h);
  while (cursor.next()) {
    if (cursor.count === 0) continue;
    const difference = middleOf(cursor, isCustomSchema(h.schema)) - mean;
    squares.add(cursor.count * difference * difference);
  }
  return (squares.value + squares.compensation) / h.count;
}

/** The arithmetic mean of custom bounds, 0 in the zero bucket, else the geometric mean. */
function middleOf({ lower, upper }: BucketCursor, custom: boolean): number {
  if (custom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const middle = Math.sqrt(upper * lower);
  return upper < 0 ? -middle : middle;
}
