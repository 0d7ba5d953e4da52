// The plain records that the naive evaluator works on.
import type { FloatHistogram, LabelSet } from '@prometheus-ts/model';

/** A sample of a series: a float, or a histogram where `histogram` is set. */
export interface Point {
  readonly timeMs: number;
  readonly value: number;
  readonly histogram?: FloatHistogram | undefined;
  readonly stale?: boolean;
}

export interface RawSeries {
  readonly labels: LabelSet;
  /** In order of time. */
  readonly points: readonly Point[];
}

/** An element of an instant vector. */
export interface Sample {
  readonly labels: LabelSet;
  readonly value: number;
  readonly histogram?: FloatHistogram | undefined;
}

export type Value =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly samples: readonly Sample[] };

/** What the naive evaluator refuses; the engine must refuse it as well. */
export class OracleError extends Error {}

export function checkDistinct(samples: readonly Sample[]): readonly Sample[] {
  if (new Set(samples.map(({ labels }) => labels.key)).size < samples.length) {
    throw new OracleError('two samples with the same labels');
  }
  return samples;
}

/** A map from keys to lists, in order of first appearance. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
