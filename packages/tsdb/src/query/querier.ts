// One query's view of the database: the head and the blocks that overlap its time range.
import {
  compareStrings,
  type LabelAnswer,
  type LabelRequest,
  type Querier,
  type SelectRequest,
  type SeriesSet,
} from '@prometheus-ts/model';
import type { HeadReader } from '../head/head-reader.ts';

export class DatabaseQuerier implements Querier {
  readonly #head: HeadReader;
  readonly #epoch: number;
  #open = true;

  constructor(head: HeadReader) {
    this.#head = head;
    this.#epoch = head.pin();
  }

  select(requests: readonly SelectRequest[]): SeriesSet[] {
    return this.#head.select(requests);
  }

  labelNames(request: LabelRequest): LabelAnswer {
    return answer(this.#head.labelNames(request.matchers), request.limit);
  }

  labelValues(name: string, request: LabelRequest): LabelAnswer {
    return answer(this.#head.labelValues(name, request.matchers), request.limit);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#head.unpin(this.#epoch);
  }
}

function answer(names: Set<string>, limit: number): LabelAnswer {
  const sorted = [...names].sort(compareStrings);
  const cut = limit > 0 && sorted.length > limit;
  return { names: cut ? sorted.slice(0, limit) : sorted, warnings: [] };
}
