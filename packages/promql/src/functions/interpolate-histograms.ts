// The histogram between two samples of a series.
import { detectReset, type FloatHistogram, HistogramSum, multiplyHistogram } from '@prometheus-ts/model';

/**
 * The linear interpolation at a time within [time1, time2]. A counter that was reset between the two is taken
 * to start from zero. Throws HistogramError for incompatible buckets.
 * @param note called where custom bounds had to be reconciled
 */
export function interpolateHistograms(
  h1: FloatHistogram,
  time1: number,
  h2: FloatHistogram,
  time2: number,
  time: number,
  isCounter: boolean,
  note: (operation: 'addition' | 'subtraction') => void,
): FloatHistogram {
  if (time === time1) return h1;
  if (time === time2) return h2;
  const fraction = (time - time1) / (time2 - time1);
  if (isCounter && detectReset(h2, h1)) return multiplyHistogram(h2, fraction);
  const apart = new HistogramSum(h2);
  if (apart.subtract(h1).boundsReconciled) note('subtraction');
  const sum = new HistogramSum(multiplyHistogram(apart.plain(), fraction));
  if (sum.add(h1).boundsReconciled) note('addition');
  return sum.plain();
}
