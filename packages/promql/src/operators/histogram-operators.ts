// Native histograms under binary operators.
import {
  addHistograms,
  CounterResetHint,
  compactHistogram,
  divideHistogram as divide,
  type FloatHistogram,
  HistogramError,
  multiplyHistogram,
  subtractHistograms,
} from '@prometheus-ts/model';
import type { BinaryOperator } from '../ast.ts';
import {
  noteCounterResetCollision,
  noteIncompatibleBucketLayout,
  noteMismatchedCustomBuckets,
} from '../engine/notes.ts';
import type { StepNotes } from './step-notes.ts';

export function scaleHistogram(histogram: FloatHistogram, factor: number): FloatHistogram {
  return compactHistogram(multiplyHistogram(histogram, factor));
}

export function divideHistogram(histogram: FloatHistogram, by: number): FloatHistogram {
  return compactHistogram(divide(histogram, by));
}

/**
 * a + b or a − b. A difference is a gauge. Undefined, with a note for the step, where the buckets do not go
 * together or the two disagree on a counter reset.
 */
export function combineHistograms(
  op: BinaryOperator,
  a: FloatHistogram,
  b: FloatHistogram,
  step: number,
  notes: StepNotes,
): FloatHistogram | undefined {
  const isSum = op === '+';
  const operation = isSum ? 'addition' : 'subtraction';
  try {
    const result = isSum ? addHistograms(a, b) : subtractHistograms(a, b);
    if (result.resetCollision) {
      notes.set(step, (to, pos) => noteCounterResetCollision(to, operation, pos));
      return undefined;
    }
    if (result.boundsReconciled) {
      notes.set(step, (to, pos) => noteMismatchedCustomBuckets(to, operation, pos));
    }
    const histogram = compactHistogram(result.histogram);
    return isSum ? histogram : { ...histogram, counterReset: CounterResetHint.gauge };
  } catch (error) {
    if (!isIncompatible(error)) throw error;
    notes.set(step, (to, pos) => noteIncompatibleBucketLayout(to, op, pos));
    return undefined;
  }
}

/** Whether an operation failed because one histogram has exponential and the other custom buckets. */
export function isIncompatible(error: unknown): boolean {
  return error instanceof HistogramError && error.code === 'histograms_incompatible_schema';
}
