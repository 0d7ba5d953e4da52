// topk and bottomk: at every step the k largest or smallest floats of each group. Each cell of groups × steps
// has a heap with its weakest element on top, in flat columns.
//
// Which of equal values stay depends on how the heap is sifted; it is sifted as upstream sifts it.
import { formatFloatG } from '@prometheus-ts/model';
import { noteIgnoredInAggregation } from '../engine/notes.ts';
import { executionError } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { Grid } from '../plan/grid.ts';
import type { AggregateNode } from '../plan/plan.ts';
import { type Column, ColumnArena, Kind } from './column.ts';
import { groupSeries } from './grouping.ts';
import type { ColumnSink, ScalarOperator, SeriesHeader, VectorOperator } from './operator.ts';
import { paramRange } from './param-range.ts';

const MIN_INT64 = -(2 ** 63);
const MAX_INT64 = 2 ** 63 - 1024;

/**
 * Checks the parameter of topk, bottomk and limitk and turns it into a count per step.
 * @returns undefined where no step asks for anything
 */
export function countsPerStep(params: Float64Array, series: number): Int32Array | undefined {
  const { min, max, hasNan } = paramRange(params);
  if (max < 1) return undefined;
  if (hasNan) throw executionError('Parameter value is NaN');
  if (min <= MIN_INT64) throw executionError(`Scalar value ${formatFloatG(min)} underflows int64`);
  if (max >= MAX_INT64) throw executionError(`Scalar value ${formatFloatG(max)} overflows int64`);
  return Int32Array.from(params, (param) => Math.max(0, Math.min(Math.trunc(param), series)));
}

export class TopK implements VectorOperator {
  readonly grid: Grid;
  readonly #node: AggregateNode;
  readonly #input: VectorOperator;
  readonly #param: ScalarOperator;
  #headers: readonly SeriesHeader[] = [];
  #groupOf: Int32Array = new Int32Array(0);
  #groups = 0;

  constructor(node: AggregateNode, input: VectorOperator, param: ScalarOperator) {
    this.grid = node.grid;
    this.#node = node;
    this.#input = input;
    this.#param = param;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#headers = this.#input.open(state);
    const { labels, groupOf } = groupSeries(this.#headers, this.#node.expr);
    this.#groupOf = groupOf;
    this.#groups = labels.length;
    return this.#headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const { count } = this.grid;
    const isTop = this.#node.expr.op === 'topk';
    const held = state.samples.current;
    const params = this.#param.evaluate(state);
    const wanted = countsPerStep(params, this.#headers.length);
    const width = wanted === undefined ? 0 : this.#widestHeap(wanted);
    state.holdBytes(this.#groups * count * width * 12);
    const heaps = new Heaps(this.#groups * count, width, isTop);
    this.#input.produce(state, {
      accept: (index, column) => {
        if (wanted === undefined) return;
        const from = this.#groupOf[index]! * count;
        const { kinds, values } = column;
        if (column.histograms !== undefined) this.#noteHistograms(column, wanted, state);
        for (let step = 0; step < kinds.length; step++) {
          if (kinds[step] === Kind.float) heaps.offer(from + step, wanted[step]!, values[step]!, index);
        }
      },
    });
    state.samples.release(state.samples.current - held);
    if (wanted !== undefined) this.#emit(heaps, state, sink);
  }

  /** No heap can hold more than its group has series. */
  #widestHeap(wanted: Int32Array): number {
    const sizes = new Int32Array(this.#groups);
    for (let i = 0; i < this.#groupOf.length; i++) sizes[this.#groupOf[i]!]!++;
    let largestGroup = 0;
    for (let group = 0; group < sizes.length; group++) {
      largestGroup = Math.max(largestGroup, sizes[group]!);
    }
    let most = 0;
    for (let step = 0; step < wanted.length; step++) most = Math.max(most, wanted[step]!);
    return Math.min(most, largestGroup);
  }

  #noteHistograms(column: Column, wanted: Int32Array, state: QueryState): void {
    const { op, pos } = this.#node.expr;
    for (let step = 0; step < column.steps; step++) {
      if (column.kinds[step] === Kind.histogram && wanted[step]! > 0) {
        noteIgnoredInAggregation(state.annotations, op, pos);
        return;
      }
    }
  }

  #emit(heaps: Heaps, state: QueryState, sink: ColumnSink): void {
    const { count } = this.grid;
    const arena = new ColumnArena(count);
    // Insertion order is what an instant query lists: group by group, best first.
    const winners = new Map<number, Column>();
    for (let cell = 0; cell < this.#groups * count; cell++) {
      for (const { value, series } of heaps.sorted(cell)) {
        let column = winners.get(series);
        if (column === undefined) {
          column = arena.take();
          winners.set(series, column);
        }
        column.setFloat(cell % count, value);
        state.samples.hold(1);
      }
    }
    for (const [series, column] of winners) sink.accept(series, column);
  }
}

/** One bounded heap per cell. */
class Heaps {
  readonly #width: number;
  readonly #isTop: boolean;
  readonly #values: Float64Array;
  readonly #series: Int32Array;
  readonly #sizes: Int32Array;

  constructor(cells: number, width: number, isTop: boolean) {
    this.#width = width;
    this.#isTop = isTop;
    this.#values = new Float64Array(cells * width);
    this.#series = new Int32Array(cells * width);
    this.#sizes = new Int32Array(cells);
  }

  /** Adds a value to a cell of at most `limit` elements, or puts it in place of the weakest. */
  offer(cell: number, limit: number, value: number, series: number): void {
    const size = this.#sizes[cell]!;
    const from = cell * this.#width;
    if (size < Math.min(limit, this.#width)) {
      this.#values[from + size] = value;
      this.#series[from + size] = series;
      this.#sizes[cell] = size + 1;
      this.#siftUp(from, size);
      return;
    }
    if (limit === 0) return;
    const weakest = this.#values[from]!;
    const beats = this.#isTop ? weakest < value : weakest > value;
    if (!beats && !(Number.isNaN(weakest) && !Number.isNaN(value))) return;
    this.#values[from] = value;
    this.#series[from] = series;
    this.#siftDown(from, size);
  }

  /** The elements of a cell, best first, NaN last. */
  sorted(cell: number): { value: number; series: number }[] {
    const elements: { value: number; series: number }[] = [];
    const from = cell * this.#width;
    for (let i = 0; i < this.#sizes[cell]!; i++) {
      elements.push({ value: this.#values[from + i]!, series: this.#series[from + i]! });
    }
    if (elements.length > 1) {
      elements.sort((a, b) => {
        if (Number.isNaN(a.value)) return Number.isNaN(b.value) ? 0 : 1;
        if (Number.isNaN(b.value)) return -1;
        return this.#isTop ? compare(b.value, a.value) : compare(a.value, b.value);
      });
    }
    return elements;
  }

  /** Whether element i is weaker than j; a NaN is weaker than anything, itself included. */
  #isWeaker(i: number, j: number): boolean {
    const a = this.#values[i]!;
    if (Number.isNaN(a)) return true;
    return this.#isTop ? a < this.#values[j]! : a > this.#values[j]!;
  }

  #siftUp(from: number, element: number): void {
    while (element > 0) {
      const parent = (element - 1) >> 1;
      if (!this.#isWeaker(from + element, from + parent)) return;
      this.#swap(from + element, from + parent);
      element = parent;
    }
  }

  #siftDown(from: number, size: number): void {
    let element = 0;
    for (;;) {
      let child = 2 * element + 1;
      if (child >= size) return;
      if (child + 1 < size && this.#isWeaker(from + child + 1, from + child)) child++;
      if (!this.#isWeaker(from + child, from + element)) return;
      this.#swap(from + child, from + element);
      element = child;
    }
  }

  #swap(i: number, j: number): void {
    const value = this.#values[i]!;
    this.#values[i] = this.#values[j]!;
    this.#values[j] = value;
    const series = this.#series[i]!;
    this.#series[i] = this.#series[j]!;
    this.#series[j] = series;
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
