// The instant vector selector: at each step the newest sample within the lookback.
import { SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import type { QueryState } from '../engine/query-state.ts';
import { type Grid, lastReference } from '../plan/grid.ts';
import type { ScanNode } from '../plan/plan.ts';
import { Column } from './column.ts';
import { keepOnlyStats } from './histogram-stats.ts';
import { histogramWeight } from './histogram-weight.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from './operator.ts';
import type { SampleCounter } from './sample-counter.ts';

/** What of a sample becomes the value: itself, its time in seconds, or its start time in seconds. */
export type ScanYield = 'value' | 'timestamp' | 'start-timestamp';

export class Scan implements VectorOperator {
  readonly grid: Grid;
  readonly #node: ScanNode;
  readonly #counter: SampleCounter;
  readonly #yields: ScanYield;
  #set: SeriesSet | undefined;

  constructor(node: ScanNode, counter: SampleCounter, yields: ScanYield = 'value') {
    this.grid = node.grid;
    this.#node = node;
    this.#counter = counter;
    this.#yields = yields;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const set = state.seriesSets[this.#node.selection]!;
    this.#set = set;
    for (const warning of set.warnings) state.annotations.addForeign(warning);
    const headers: SeriesHeader[] = new Array(set.length);
    for (let i = 0; i < set.length; i++) headers[i] = { labels: set.labels(i), dropName: false };
    return headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const set = this.#set!;
    const { reference } = this.#node;
    const { lookbackMs } = state;
    const minTime = reference.startMs - lookbackMs + 1;
    const maxTime = lastReference(reference, this.grid);
    const samples = new SampleColumns();
    const column = Column.ofSteps(this.grid.count);
    for (let i = 0; i < set.length; i++) {
      state.poll();
      set.read(i, minTime, maxTime, samples);
      if (samples.length === 0) continue;
      if (this.#node.statsOnly) keepOnlyStats(samples);
      column.clear();
      const found =
        this.#yields === 'value'
          ? this.#pickValues(samples, lookbackMs, column)
          : this.#pickTimes(samples, lookbackMs, column);
      if (found === 0) continue;
      state.samples.hold(found);
      this.#count(column, found);
      sink.accept(i, column);
    }
  }

  /** Fills the column and answers how many samples' worth it holds. */
  #pickValues(samples: SampleColumns, lookbackMs: number, column: Column): number {
    const { startMs, stepMs } = this.#node.reference;
    const { times, values: from, histograms, length } = samples;
    const { kinds, values } = column;
    let found = 0;
    let next = 0;
    for (let step = 0; step < kinds.length; step++) {
      const at = startMs + step * stepMs;
      while (next < length && times[next]! <= at) next++;
      const i = next - 1;
      if (i < 0 || times[i]! <= at - lookbackMs) continue;
      const histogram = histograms === undefined ? undefined : histograms[i];
      const value = from[i]!;
      // Only a NaN can be a staleness marker; a histogram's marker stands in its value too.
      if (Number.isNaN(value) && samples.isStale(i)) continue;
      if (histogram !== undefined) {
        column.setHistogram(step, histogram);
        found += histogramWeight(histogram);
      } else {
        values[step] = value;
        kinds[step] = 1;
        found++;
      }
    }
    return found;
  }

  #pickTimes(samples: SampleColumns, lookbackMs: number, column: Column): number {
    const { startMs, stepMs } = this.#node.reference;
    const { times, startTimes, length } = samples;
    const ofStart = this.#yields === 'start-timestamp';
    let found = 0;
    let next = 0;
    for (let step = 0; step < column.steps; step++) {
      const at = startMs + step * stepMs;
      while (next < length && times[next]! <= at) next++;
      const i = next - 1;
      if (i < 0 || times[i]! <= at - lookbackMs || samples.isStale(i)) continue;
      column.setFloat(step, (ofStart ? (startTimes?.[i] ?? 0) : times[i]!) / 1000);
      found++;
    }
    return found;
  }

  #count(column: Column, found: number): void {
    if (!this.#counter.perStep) {
      this.#counter.add(0, found, found);
      return;
    }
    const { kinds, histograms } = column;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === 0) continue;
      const weight = kinds[step] === 2 ? histogramWeight(histograms![step]!) : 1;
      this.#counter.add(step, weight, weight);
    }
  }
}
