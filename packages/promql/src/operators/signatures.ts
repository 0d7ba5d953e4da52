// Join keys: which series of two vectors belong together. Worked out once a query.
import { type LabelSet, METRIC_NAME } from '@prometheus-ts/model';
import type { VectorMatching } from '../ast.ts';
import type { SeriesHeader } from './operator.ts';

/** Gives equal numbers to label sets that agree on the labels that count. */
export class SignatureTable {
  readonly #byKey = new Map<string, number>();
  readonly #matching: VectorMatching;
  readonly #names: ReadonlySet<string>;

  constructor(matching: VectorMatching) {
    this.#matching = matching;
    this.#names = new Set(matching.labels);
  }

  /** How many signatures were given out. */
  get size(): number {
    return this.#byKey.size;
  }

  numbersOf(headers: readonly SeriesHeader[]): Int32Array {
    const numbers = new Int32Array(headers.length);
    for (let i = 0; i < headers.length; i++) numbers[i] = this.#numberOf(headers[i]!.labels);
    return numbers;
  }

  #numberOf(labels: LabelSet): number {
    const key = this.#keyOf(labels);
    let number = this.#byKey.get(key);
    if (number === undefined) {
      number = this.#byKey.size;
      this.#byKey.set(key, number);
    }
    return number;
  }

  #keyOf({ pairs }: LabelSet): string {
    const { on } = this.#matching;
    let key = '';
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i]!;
      const counts = on ? this.#names.has(name) : name !== METRIC_NAME && !this.#names.has(name);
      if (counts) key += `${name}\xff${pairs[i + 1]}\xff`;
    }
    return key;
  }
}

/** The labels of a set that the matching looks at: what a filled-in sample has. */
export function matchedLabels(labels: LabelSet, matching: VectorMatching): LabelSet {
  const names = new Set(matching.labels);
  return matching.on
    ? labels.filter((name) => names.has(name))
    : labels.filter((name) => name !== METRIC_NAME && !names.has(name));
}
