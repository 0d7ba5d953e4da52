// A binary operator on two columns of the same grid.
import type { BinaryExpr, BinaryOperator } from '../ast.ts';
import { type Column, Kind } from './column.ts';
import { combined, combineSamples } from './combine-samples.ts';
import { compareNumbers, power } from './scalar-operators.ts';
import type { StepNotes } from './step-notes.ts';
import { isComparison } from './vector-scalar.ts';

/** Overwrites `target` with `left op right`; `target` is one of the two. */
export function combineColumns(
  expr: BinaryExpr,
  left: Column,
  right: Column,
  target: Column,
  notes: StepNotes,
): void {
  const { op } = expr;
  if (left.histograms !== undefined || right.histograms !== undefined || op === '</' || op === '>/') {
    combineStepwise(expr, left, right, target, notes);
    return;
  }
  if (isComparison(op)) {
    compare(op, left, right, target, expr.returnBool);
    return;
  }
  const { kinds } = target;
  for (let i = 0; i < kinds.length; i++) kinds[i] = left.kinds[i]! & right.kinds[i]!;
  calculate(op, left.values, right.values, target.values);
}

function combineStepwise(
  expr: BinaryExpr,
  left: Column,
  right: Column,
  target: Column,
  notes: StepNotes,
): void {
  for (let step = 0; step < target.steps; step++) {
    if (left.kinds[step] === Kind.absent || right.kinds[step] === Kind.absent) {
      target.kinds[step] = Kind.absent;
      continue;
    }
    const leftHistogram = left.kinds[step] === Kind.histogram ? left.histograms![step] : undefined;
    const rightHistogram = right.kinds[step] === Kind.histogram ? right.histograms![step] : undefined;
    const keeps = combineSamples(
      expr.op,
      left.values[step]!,
      leftHistogram,
      right.values[step]!,
      rightHistogram,
      step,
      notes,
    );
    putCombined(target, step, keeps, expr.returnBool);
  }
}

/** Writes what `combineSamples` left. */
export function putCombined(target: Column, step: number, keeps: boolean, returnBool: boolean): void {
  if (combined.failed || (!keeps && !returnBool)) target.kinds[step] = Kind.absent;
  else if (returnBool) target.setFloat(step, keeps ? 1 : 0);
  else if (combined.histogram !== undefined) target.setHistogram(step, combined.histogram);
  else target.setFloat(step, combined.value);
}

function compare(op: BinaryOperator, left: Column, right: Column, target: Column, returnBool: boolean): void {
  for (let i = 0; i < target.steps; i++) {
    if (left.kinds[i] === Kind.absent || right.kinds[i] === Kind.absent) {
      target.kinds[i] = Kind.absent;
      continue;
    }
    const a = left.values[i]!;
    const keeps = compareNumbers(op, a, right.values[i]!);
    target.kinds[i] = keeps || returnBool ? Kind.float : Kind.absent;
    target.values[i] = returnBool ? (keeps ? 1 : 0) : a;
  }
}

/** Steps that turn out absent are computed as well; that is cheaper than asking. */
function calculate(op: BinaryOperator, a: Float64Array, b: Float64Array, to: Float64Array): void {
  const { length } = to;
  switch (op) {
    case '+':
      for (let i = 0; i < length; i++) to[i] = a[i]! + b[i]!;
      break;
    case '-':
      for (let i = 0; i < length; i++) to[i] = a[i]! - b[i]!;
      break;
    case '*':
      for (let i = 0; i < length; i++) to[i] = a[i]! * b[i]!;
      break;
    case '/':
      for (let i = 0; i < length; i++) to[i] = a[i]! / b[i]!;
      break;
    case '%':
      for (let i = 0; i < length; i++) to[i] = a[i]! % b[i]!;
      break;
    case '^':
      for (let i = 0; i < length; i++) to[i] = power(a[i]!, b[i]!);
      break;
    case 'atan2':
      for (let i = 0; i < length; i++) to[i] = Math.atan2(a[i]!, b[i]!);
      break;
    default:
      throw new Error(`no arithmetic operator: ${op}`);
  }
}
