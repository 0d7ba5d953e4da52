// A binary operator between a vector and a number.
import { type BinaryOperator, COMPARISON_OPERATORS } from '../ast.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { Grid } from '../plan/grid.ts';
import type { VectorScalarNode } from '../plan/plan.ts';
import { type Column, Kind } from './column.ts';
import { combined, combineSamples } from './combine-samples.ts';
import { dropNames, SeriesMerge } from './headers.ts';
import type { ColumnSink, ScalarOperator, SeriesHeader, VectorOperator } from './operator.ts';
import { compareNumbers, power } from './scalar-operators.ts';
import { StepNotes } from './step-notes.ts';

export function isComparison(op: BinaryOperator): boolean {
  return (COMPARISON_OPERATORS as readonly string[]).includes(op);
}

/** Operators whose result means something else than the metric did. */
export function changesMeaning(op: BinaryOperator): boolean {
  return !isComparison(op) && !isTrim(op);
}

function isTrim(op: BinaryOperator): boolean {
  return op === '</' || op === '>/';
}

export class VectorScalar implements VectorOperator {
  readonly grid: Grid;
  readonly #node: VectorScalarNode;
  readonly #vector: VectorOperator;
  readonly #scalar: ScalarOperator;
  #merge: SeriesMerge | undefined;

  constructor(node: VectorScalarNode, vector: VectorOperator, scalar: ScalarOperator) {
    this.grid = node.grid;
    this.#node = node;
    this.#vector = vector;
    this.#scalar = scalar;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const { op, returnBool } = this.#node.expr;
    const headers = this.#vector.open(state);
    const steps = this.grid.count;
    this.#merge =
      changesMeaning(op) || returnBool ? dropNames(headers, state, steps) : new SeriesMerge(headers, steps);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const { op, returnBool } = this.#node.expr;
    const { swapped } = this.#node;
    const numbers = this.#scalar.evaluate(state);
    const notes = new StepNotes();
    this.#merge!.run(state, sink, (incoming) => {
      this.#vector.produce(state, {
        accept: (index, column) => {
          if (column.histograms !== undefined || isTrim(op)) this.#combineAll(column, numbers, notes);
          else if (isComparison(op)) compareFloats(op, column, numbers, swapped, returnBool);
          else calculateFloats(op, column, numbers, swapped);
          incoming.accept(index, column);
        },
      });
    });
    notes.flush(state.annotations, this.#node.expr.pos);
  }

  /** Step by step, for columns with histograms. */
  #combineAll(column: Column, numbers: Float64Array, notes: StepNotes): void {
    const { expr, swapped } = this.#node;
    const { kinds, values, histograms } = column;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === Kind.absent) continue;
      const histogram = kinds[step] === Kind.histogram ? histograms![step] : undefined;
      const value = values[step]!;
      const number = numbers[step]!;
      const keeps = swapped
        ? combineSamples(expr.op, number, undefined, value, histogram, step, notes)
        : combineSamples(expr.op, value, histogram, number, undefined, step, notes);
      if (combined.failed || (!keeps && !expr.returnBool)) {
        kinds[step] = Kind.absent;
      } else if (expr.returnBool) {
        column.setFloat(step, keeps ? 1 : 0);
      } else if (isComparison(expr.op)) {
        // A comparison keeps the element of the vector, on whichever side it stands.
      } else if (combined.histogram !== undefined) {
        column.setHistogram(step, combined.histogram);
      } else {
        column.setFloat(step, combined.value);
      }
    }
  }
}

function calculateFloats(op: BinaryOperator, column: Column, numbers: Float64Array, swapped: boolean): void {
  const { values } = column;
  const { length } = values;
  // One loop per operator keeps the loop body free of dispatch; absent steps are computed and ignored.
  switch (op) {
    case '+':
      for (let i = 0; i < length; i++) values[i] = values[i]! + numbers[i]!;
      break;
    case '-':
      if (swapped) for (let i = 0; i < length; i++) values[i] = numbers[i]! - values[i]!;
      else for (let i = 0; i < length; i++) values[i] = values[i]! - numbers[i]!;
      break;
    case '*':
      for (let i = 0; i < length; i++) values[i] = values[i]! * numbers[i]!;
      break;
    case '/':
      if (swapped) for (let i = 0; i < length; i++) values[i] = numbers[i]! / values[i]!;
      else for (let i = 0; i < length; i++) values[i] = values[i]! / numbers[i]!;
      break;
    case '%':
      if (swapped) for (let i = 0; i < length; i++) values[i] = numbers[i]! % values[i]!;
      else for (let i = 0; i < length; i++) values[i] = values[i]! % numbers[i]!;
      break;
    case '^':
      if (swapped) for (let i = 0; i < length; i++) values[i] = power(numbers[i]!, values[i]!);
      else for (let i = 0; i < length; i++) values[i] = power(values[i]!, numbers[i]!);
      break;
    case 'atan2':
      if (swapped) for (let i = 0; i < length; i++) values[i] = Math.atan2(numbers[i]!, values[i]!);
      else for (let i = 0; i < length; i++) values[i] = Math.atan2(values[i]!, numbers[i]!);
      break;
    default:
      throw new Error(`no arithmetic operator: ${op}`);
  }
}

function compareFloats(
  op: BinaryOperator,
  column: Column,
  numbers: Float64Array,
  swapped: boolean,
  returnBool: boolean,
): void {
  const { kinds, values } = column;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === Kind.absent) continue;
    const keeps = swapped
      ? compareNumbers(op, numbers[i]!, values[i]!)
      : compareNumbers(op, values[i]!, numbers[i]!);
    if (returnBool) values[i] = keeps ? 1 : 0;
    else if (!keeps) kinds[i] = Kind.absent;
  }
}
