// A binary operator on two samples, each a float or a histogram.
import { type FloatHistogram, histogramsEqual, Keep, trimHistogram } from '@prometheus-ts/model';
import type { BinaryOperator } from '../ast.ts';
import { noteIncompatibleTypes } from '../engine/notes.ts';
import { combineHistograms, divideHistogram, scaleHistogram } from './histogram-operators.ts';
import { applyScalarOperator } from './scalar-operators.ts';
import type { StepNotes } from './step-notes.ts';
import { isComparison } from './vector-scalar.ts';

/** The outcome of the last `combineSamples`, reused. */
export const combined: {
  value: number;
  histogram: FloatHistogram | undefined;
  /** The operator makes no sense for these kinds; there is no result, not even for `bool`. */
  failed: boolean;
} = { value: 0, histogram: undefined, failed: false };

/**
 * Leaves the result in `combined`. For a comparison the result is the left sample.
 * @returns whether the result is kept: false for a comparison that does not hold
 */
export function combineSamples(
  op: BinaryOperator,
  left: number,
  leftHistogram: FloatHistogram | undefined,
  right: number,
  rightHistogram: FloatHistogram | undefined,
  step: number,
  notes: StepNotes,
): boolean {
  combined.histogram = undefined;
  combined.failed = false;
  if (leftHistogram === undefined && rightHistogram === undefined) {
    return combineFloats(op, left, right, step, notes);
  }
  if (leftHistogram !== undefined && rightHistogram !== undefined) {
    if (op === '+' || op === '-') {
      combined.histogram = combineHistograms(op, leftHistogram, rightHistogram, step, notes);
      combined.failed = combined.histogram === undefined;
      return !combined.failed;
    }
    if (op === '==' || op === '!=') {
      combined.histogram = leftHistogram;
      return histogramsEqual(leftHistogram, rightHistogram) === (op === '==');
    }
    return fail(op, 'histogram', 'histogram', step, notes);
  }
  if (leftHistogram === undefined) {
    if (op !== '*') return fail(op, 'float', 'histogram', step, notes);
    combined.histogram = scaleHistogram(rightHistogram!, left);
    return true;
  }
  switch (op) {
    case '*':
      combined.histogram = scaleHistogram(leftHistogram, right);
      return true;
    case '/':
      combined.histogram = divideHistogram(leftHistogram, right);
      return true;
    case '</':
    case '>/':
      combined.histogram = trimHistogram(leftHistogram, right, op === '</' ? Keep.below : Keep.above);
      return true;
    default:
      return fail(op, 'histogram', 'float', step, notes);
  }
}

function combineFloats(
  op: BinaryOperator,
  left: number,
  right: number,
  step: number,
  notes: StepNotes,
): boolean {
  if (op === '</' || op === '>/') return fail(op, 'float', 'float', step, notes);
  const value = applyScalarOperator(op, left, right);
  if (!isComparison(op)) {
    combined.value = value;
    return true;
  }
  combined.value = left;
  return value === 1;
}

function fail(op: BinaryOperator, left: string, right: string, step: number, notes: StepNotes): false {
  notes.set(step, (to, pos) => noteIncompatibleTypes(to, left, op, right, pos));
  combined.failed = true;
  return false;
}
