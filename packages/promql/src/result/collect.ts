// From the root operator's columns to a result.
import type { LabelSet } from '@prometheus-ts/model';
import { duplicateLabelSet } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import { type Column, Kind } from '../operators/column.ts';
import { dropMetadataLabels, SeriesMerge } from '../operators/headers.ts';
import { ColumnKeeper } from '../operators/materialized.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from '../operators/operator.ts';
import { type Grid, timeAt } from '../plan/grid.ts';
import type { MatrixSeries, ResultValue, VectorSample } from './value.ts';

/** Runs a vector operator and answers its series over all steps, unsorted. */
export function collectMatrix(operator: VectorOperator, state: QueryState): MatrixSeries[] {
  const { grid } = operator;
  const finish = new NameRemoval(operator, state);
  const keeper = new ColumnKeeper(finish.headers.length, grid.count, state);
  finish.produce(keeper);
  const times = Float64Array.from({ length: grid.count }, (_, step) => timeAt(grid, step));
  const series: MatrixSeries[] = [];
  keeper.columns.forEach((column, i) => {
    if (column === undefined || column.count() === 0) return;
    const { kinds, values, histograms } = column;
    series.push({ labels: finish.headers[i]!.labels, times, kinds, values, histograms });
  });
  return series;
}

export function sortByLabels(series: MatrixSeries[]): MatrixSeries[] {
  return series.sort((a, b) => a.labels.compare(b.labels));
}

/** Runs a vector operator on a single step; the samples stand in the order in which they were produced. */
export function collectVector(operator: VectorOperator, state: QueryState): VectorSample[] {
  const samples: VectorSample[] = [];
  const seen = new Set<string>();
  const finish = new NameRemoval(operator, state);
  finish.produce({
    accept: (index: number, column: Column) => {
      if (column.kinds[0] === Kind.absent) return;
      const { labels } = finish.headers[index]!;
      if (seen.has(labels.key)) throw duplicateLabelSet();
      seen.add(labels.key);
      const histogram = column.kinds[0] === Kind.histogram ? column.histograms![0] : undefined;
      samples.push({ labels, value: column.values[0]!, histogram });
    },
  });
  return samples;
}

/** With delayed name removal: drops now the names that were marked, and brings together what then is equal. */
class NameRemoval {
  readonly headers: readonly SeriesHeader[];
  readonly #operator: VectorOperator;
  readonly #state: QueryState;
  readonly #merge: SeriesMerge | undefined;

  constructor(operator: VectorOperator, state: QueryState) {
    const headers = operator.open(state);
    this.#operator = operator;
    this.#state = state;
    if (!state.features.delayedNameRemoval) {
      this.headers = headers;
      return;
    }
    const renamed = headers.map(({ labels, dropName }) => ({
      labels: dropName ? dropMetadataLabels(labels) : labels,
      dropName: false,
    }));
    this.#merge = new SeriesMerge(renamed, operator.grid.count);
    this.headers = this.#merge.headers;
  }

  produce(sink: ColumnSink): void {
    if (this.#merge === undefined) this.#operator.produce(this.#state, sink);
    else this.#merge.run(this.#state, sink, (incoming) => this.#operator.produce(this.#state, incoming));
  }
}

/** A scalar over all steps, which a range query answers as one series without labels. */
export function scalarMatrix(values: Float64Array, grid: Grid, labels: LabelSet): ResultValue {
  if (grid.count === 0) return { type: 'matrix', series: [] };
  const times = Float64Array.from({ length: grid.count }, (_, step) => timeAt(grid, step));
  const kinds = new Uint8Array(grid.count).fill(Kind.float);
  return { type: 'matrix', series: [{ labels, times, kinds, values, histograms: undefined }] };
}
