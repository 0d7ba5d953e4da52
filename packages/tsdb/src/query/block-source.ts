import type { LabelSet, Matcher, SampleColumns } from '@prometheus-ts/model';
import type { Block } from '../block/block.ts';
import type { SourceSeries } from './merged-series-set.ts';

/** A selection of one block. */
export class BlockSource implements SourceSeries {
  readonly #block: Block;
  readonly #series: Uint32Array;

  constructor(block: Block, matchers: readonly Matcher[], minTimeMs: number, maxTimeMs: number) {
    this.#block = block;
    this.#series = block.select(matchers, minTimeMs, maxTimeMs);
  }

  get length(): number {
    return this.#series.length;
  }

  labels(index: number): LabelSet {
    return this.#block.labels(this.#series[index]);
  }

  append(index: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    this.#block.read(this.#series[index], minTimeMs, maxTimeMs, into);
  }
}
