// The labels of what a binary operator between vectors yields.
import { LabelSet, type LabelSet as Labels } from '@prometheus-ts/model';
import type { BinaryExpr } from '../ast.ts';
import { isMetadataLabel } from './headers.ts';
import { changesMeaning } from './vector-scalar.ts';

export class JoinLabels {
  readonly #expr: BinaryExpr;
  readonly #dropsMetadata: boolean;
  readonly #matched: ReadonlySet<string>;

  constructor(expr: BinaryExpr, delayedNameRemoval: boolean) {
    this.#expr = expr;
    this.#dropsMetadata = changesMeaning(expr.op) || (expr.returnBool && !delayedNameRemoval);
    this.#matched = new Set(expr.matching!.labels);
  }

  /**
   * @param many the sample of the many side; of the left side in one-to-one matching
   * @param one the sample it found; only its included labels matter
   */
  of(many: Labels, one: Labels): Labels {
    const { cardinality, on, include } = this.#expr.matching!;
    const oneToOne = cardinality === 'one-to-one';
    let labels = many.filter((name) => {
      if (this.#dropsMetadata && isMetadataLabel(name)) return false;
      return !oneToOne || this.#matched.has(name) === on;
    });
    if (include.length > 0) {
      const record = labels.toRecord();
      for (const name of include) record[name] = one.get(name);
      labels = LabelSet.from(record);
    }
    return labels;
  }
}
