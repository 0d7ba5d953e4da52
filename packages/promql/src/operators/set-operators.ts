// and, or, unless: which samples of one vector stay depends on whether the other has any with the same
// signature at the step. The marks take a byte per signature and step.
import type { QueryState } from '../engine/query-state.ts';
import type { Grid } from '../plan/grid.ts';
import type { VectorBinaryNode } from '../plan/plan.ts';
import { type Column, Kind } from './column.ts';
import { SeriesMerge } from './headers.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from './operator.ts';
import { columnWeight } from './range-function.ts';
import { RightFirst } from './right-first.ts';
import { SignatureTable } from './signatures.ts';

/** Keeps the left samples that have (`and`) or have not (`unless`) a partner on the right. */
export class SetFilter implements VectorOperator {
  readonly grid: Grid;
  readonly #node: VectorBinaryNode;
  readonly #left: VectorOperator;
  readonly #right: VectorOperator;
  #leftSignatures: Int32Array = new Int32Array(0);
  #rightSignatures: Int32Array = new Int32Array(0);
  #signatureCount = 0;

  constructor(node: VectorBinaryNode, left: VectorOperator, right: VectorOperator) {
    this.grid = node.grid;
    this.#node = node;
    this.#left = left;
    this.#right = right;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const left = this.#left.open(state);
    const right = this.#right.open(state);
    const signatures = new SignatureTable(this.#node.expr.matching!);
    this.#leftSignatures = signatures.numbersOf(left);
    this.#rightSignatures = signatures.numbersOf(right);
    this.#signatureCount = signatures.size;
    return left;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const { count } = this.grid;
    const wanted = this.#node.expr.op === 'and' ? 1 : 0;
    const held = state.samples.current;
    state.holdBytes(this.#signatureCount * count);
    const marks = new Uint8Array(this.#signatureCount * count);
    const rightFirst = new RightFirst(state);
    rightFirst.run(() => {
      this.#right.produce(state, {
        accept: (index, column) => markPresent(marks, this.#rightSignatures[index]! * count, column),
      });
    });
    let weight = 0;
    this.#left.produce(state, {
      accept: (index, column) => {
        const from = this.#leftSignatures[index]! * count;
        const { kinds } = column;
        for (let step = 0; step < kinds.length; step++) {
          if (marks[from + step] !== wanted) kinds[step] = Kind.absent;
        }
        weight += columnWeight(column);
        sink.accept(index, column);
      },
    });
    rightFirst.finish();
    state.samples.release(state.samples.current - held);
    state.samples.hold(weight);
  }
}

/** The left samples, and the right ones that have no partner on the left. */
export class SetUnion implements VectorOperator {
  readonly grid: Grid;
  readonly #node: VectorBinaryNode;
  readonly #left: VectorOperator;
  readonly #right: VectorOperator;
  #leftCount = 0;
  #leftSignatures: Int32Array = new Int32Array(0);
  #rightSignatures: Int32Array = new Int32Array(0);
  #signatureCount = 0;
  #merge: SeriesMerge | undefined;

  constructor(node: VectorBinaryNode, left: VectorOperator, right: VectorOperator) {
    this.grid = node.grid;
    this.#node = node;
    this.#left = left;
    this.#right = right;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const left = this.#left.open(state);
    const right = this.#right.open(state);
    const signatures = new SignatureTable(this.#node.expr.matching!);
    this.#leftSignatures = signatures.numbersOf(left);
    this.#rightSignatures = signatures.numbersOf(right);
    this.#signatureCount = signatures.size;
    this.#leftCount = left.length;
    this.#merge = new SeriesMerge([...left, ...right], this.grid.count);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const { count } = this.grid;
    const held = state.samples.current;
    state.holdBytes(this.#signatureCount * count);
    const marks = new Uint8Array(this.#signatureCount * count);
    let weight = 0;
    this.#merge!.run(state, sink, (incoming) => {
      this.#left.produce(state, {
        accept: (index, column) => {
          markPresent(marks, this.#leftSignatures[index]! * count, column);
          weight += columnWeight(column);
          incoming.accept(index, column);
        },
      });
      this.#right.produce(state, {
        accept: (index, column) => {
          const from = this.#rightSignatures[index]! * count;
          const { kinds } = column;
          for (let step = 0; step < kinds.length; step++) {
            if (marks[from + step] !== 0) kinds[step] = Kind.absent;
          }
          weight += columnWeight(column);
          incoming.accept(this.#leftCount + index, column);
        },
      });
    });
    state.samples.release(state.samples.current - held);
    state.samples.hold(weight);
  }
}

function markPresent(marks: Uint8Array, from: number, column: Column): void {
  const { kinds } = column;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] !== Kind.absent) marks[from + step] = 1;
  }
}
