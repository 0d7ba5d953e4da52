// A selection over several sources: the head and blocks. Each source gives its series in label order; equal
// label sets become one series whose samples are joined.
import { type LabelSet, SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { mergeColumns } from './merge.ts';

/** Series of one source in label order; `append` fills columns that are empty, in time order. */
export interface SourceSeries {
  readonly length: number;
  labels(index: number): LabelSet;
  append(index: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void;
}

/** One series: its labels, and where its samples are, as source and index in turn. */
interface MergedSeries {
  readonly labels: LabelSet;
  readonly places: number[];
}

export class MergedSeriesSet implements SeriesSet {
  readonly warnings: readonly string[] = [];
  readonly #sources: readonly SourceSeries[];
  readonly #series: readonly MergedSeries[];
  readonly #part = new SampleColumns();
  readonly #scratch = new SampleColumns();

  /** @param sources those with older samples first */
  constructor(sources: readonly SourceSeries[]) {
    this.#sources = sources;
    this.#series = mergeSources(sources);
  }

  get length(): number {
    return this.#series.length;
  }

  labels(index: number): LabelSet {
    return this.#series[index].labels;
  }

  read(index: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    into.clear();
    const { places } = this.#series[index];
    for (let p = 0; p < places.length; p += 2) {
      const source = this.#sources[places[p]];
      if (p === 0) source.append(places[1], minTimeMs, maxTimeMs, into);
      else {
        this.#part.clear();
        source.append(places[p + 1], minTimeMs, maxTimeMs, this.#part);
        mergeColumns(into, this.#part, this.#scratch);
      }
    }
  }
}

function mergeSources(sources: readonly SourceSeries[]): MergedSeries[] {
  let merged: MergedSeries[] = [];
  for (let s = 0; s < sources.length; s++) {
    const source = sources[s];
    const next: MergedSeries[] = [];
    let i = 0;
    for (let k = 0; k < source.length; k++) {
      const labels = source.labels(k);
      let order = -1;
      while (i < merged.length && (order = merged[i].labels.compare(labels)) < 0) next.push(merged[i++]);
      if (i < merged.length && order === 0) {
        merged[i].places.push(s, k);
        next.push(merged[i++]);
      } else next.push({ labels, places: [s, k] });
    }
    while (i < merged.length) next.push(merged[i++]);
    merged = next;
  }
  return merged;
}
