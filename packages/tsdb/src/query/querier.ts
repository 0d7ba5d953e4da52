// One query's view of the database: the head and the blocks that overlap its time range.
import {
  compareStrings,
  type LabelAnswer,
  type LabelRequest,
  type Matcher,
  type Querier,
  type SelectRequest,
  type SeriesSet,
} from '@prometheus-ts/model';
import { selectSeries } from '../block/block-selection.ts';
import type { HeadReader } from '../head/head-reader.ts';
import { BlockSource } from './block-source.ts';
import type { OpenBlock } from './block-store.ts';
import { MergedSeriesSet } from './merged-series-set.ts';

export interface QuerierParts {
  readonly head: HeadReader;
  readonly blocks: readonly OpenBlock[];
  /** Called once, when the querier is closed. */
  readonly onClose: () => void;
}

export class DatabaseQuerier implements Querier {
  readonly #parts: QuerierParts;
  #open = true;

  constructor(parts: QuerierParts) {
    this.#parts = parts;
  }

  select(requests: readonly SelectRequest[]): SeriesSet[] {
    const heads = this.#parts.head.select(requests);
    return requests.map(({ matchers, minTimeMs, maxTimeMs }, r) => {
      const blocks = this.#parts.blocks.filter(({ block }) => block.overlaps(minTimeMs, maxTimeMs));
      if (blocks.length === 0) return heads[r];
      const sources = blocks.map(({ block }) => new BlockSource(block, matchers, minTimeMs, maxTimeMs));
      return new MergedSeriesSet(heads[r].length === 0 ? sources : [...sources, heads[r]]);
    });
  }

  labelNames({ matchers, limit }: LabelRequest): LabelAnswer {
    const names = this.#parts.head.labelNames(matchers);
    for (const { block } of this.#parts.blocks) {
      if (matchers.length === 0) for (const name of block.index.table.names) names.add(name);
      else this.#forEachLabel(block, matchers, (name) => void names.add(name));
    }
    return answer(names, limit);
  }

  labelValues(name: string, { matchers, limit }: LabelRequest): LabelAnswer {
    const values = this.#parts.head.labelValues(name, matchers);
    for (const { block } of this.#parts.blocks) {
      if (matchers.length === 0) {
        block.index.table.forEach(name, (value) => {
          values.add(value);
          return true;
        });
      } else {
        this.#forEachLabel(block, matchers, (found, value) => {
          if (found === name) values.add(value);
        });
      }
    }
    return answer(values, limit);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#parts.onClose();
  }

  #forEachLabel(
    block: OpenBlock['block'],
    matchers: readonly Matcher[],
    visit: (name: string, value: string) => void,
  ): void {
    for (const series of selectSeries(block.index, matchers)) {
      const { pairs } = block.labels(series);
      for (let k = 0; k < pairs.length; k += 2) visit(pairs[k], pairs[k + 1]);
    }
  }
}

function answer(names: Set<string>, limit: number): LabelAnswer {
  const sorted = [...names].sort(compareStrings);
  const cut = limit > 0 && sorted.length > limit;
  return { names: cut ? sorted.slice(0, limit) : sorted, warnings: [] };
}
