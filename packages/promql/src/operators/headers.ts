// Label sets of operator results: dropping names, and what to do when two series end up with the same labels.
import { LabelSet, METRIC_NAME } from '@prometheus-ts/model';
import { duplicateLabelSet } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import { type Column, ColumnArena, Kind } from './column.ts';
import type { ColumnSink, SeriesHeader } from './operator.ts';

/** The labels that say what a metric is, not which one: gone as soon as a value means something else. */
export function isMetadataLabel(name: string): boolean {
  return name === METRIC_NAME || name === '__type__' || name === '__unit__';
}

export function dropMetadataLabels(labels: LabelSet): LabelSet {
  const { pairs } = labels;
  for (let i = 0; i < pairs.length; i += 2) {
    if (isMetadataLabel(pairs[i]!)) return labels.filter((name) => !isMetadataLabel(name));
  }
  return labels;
}

/** The header of a series whose metric name no longer applies. */
export function withoutName(header: SeriesHeader, state: QueryState): SeriesHeader {
  const labels = state.features.delayedNameRemoval ? header.labels : dropMetadataLabels(header.labels);
  return { labels, dropName: true };
}

/** A result without labels, as numbers turned into vectors have. */
export const NO_LABELS: SeriesHeader = { labels: LabelSet.empty, dropName: false };

/** What two series with the same labels mean. */
export const OnDuplicate = {
  /** One series; an error only where both have a sample at the same step. */
  merge: 'merge',
  /** An error as soon as both have samples. */
  reject: 'reject',
} as const;
export type OnDuplicate = (typeof OnDuplicate)[keyof typeof OnDuplicate];

/**
 * Brings series with equal labels together. Made at `open`; where all labels are distinct, which a cheap look
 * usually shows, columns pass through untouched.
 */
export class SeriesMerge {
  /** Distinct. */
  readonly headers: readonly SeriesHeader[];
  readonly #onDuplicate: OnDuplicate;
  readonly #steps: number;
  /** From incoming to outgoing index; undefined while they are the same. */
  readonly #targets: Int32Array | undefined;
  /** How many incoming series an outgoing one has. */
  readonly #sources: Int32Array | undefined;

  constructor(
    incoming: readonly SeriesHeader[],
    steps: number,
    onDuplicate: OnDuplicate = OnDuplicate.merge,
  ) {
    this.#onDuplicate = onDuplicate;
    this.#steps = steps;
    const byKey = new Map<string, number>();
    const headers: SeriesHeader[] = [];
    const targets = new Int32Array(incoming.length);
    for (let i = 0; i < incoming.length; i++) {
      const { key } = incoming[i]!.labels;
      let target = byKey.get(key);
      if (target === undefined) {
        target = headers.push(incoming[i]!) - 1;
        byKey.set(key, target);
      }
      targets[i] = target;
    }
    this.headers = headers;
    if (headers.length === incoming.length) return;
    this.#targets = targets;
    this.#sources = new Int32Array(headers.length);
    for (let i = 0; i < targets.length; i++) this.#sources[targets[i]!]!++;
  }

  /** Runs a producer of the incoming series against a sink for the outgoing ones. */
  run(state: QueryState, sink: ColumnSink, produce: (incoming: ColumnSink) => void): void {
    if (this.#targets === undefined) {
      produce(sink);
      return;
    }
    const merging = new MergingSink(
      this.#targets,
      this.#sources!,
      this.#onDuplicate,
      this.#steps,
      sink,
      state,
    );
    produce(merging);
    merging.finish();
  }
}

class MergingSink implements ColumnSink {
  readonly #targets: Int32Array;
  readonly #sources: Int32Array;
  readonly #onDuplicate: OnDuplicate;
  readonly #arena: ColumnArena;
  readonly #sink: ColumnSink;
  readonly #state: QueryState;
  readonly #held = new Map<number, Column>();

  constructor(
    targets: Int32Array,
    sources: Int32Array,
    onDuplicate: OnDuplicate,
    steps: number,
    sink: ColumnSink,
    state: QueryState,
  ) {
    this.#targets = targets;
    this.#sources = sources;
    this.#onDuplicate = onDuplicate;
    this.#arena = new ColumnArena(steps);
    this.#sink = sink;
    this.#state = state;
  }

  accept(index: number, column: Column): void {
    const target = this.#targets[index]!;
    if (this.#sources[target] === 1) {
      this.#sink.accept(target, column);
      return;
    }
    const held = this.#held.get(target);
    if (held === undefined) {
      if (this.#onDuplicate === OnDuplicate.reject && column.count() === 0) return;
      this.#state.holdBytes(column.steps * 9);
      this.#held.set(target, this.#arena.copy(column));
      return;
    }
    if (this.#onDuplicate === OnDuplicate.reject && column.count() > 0) throw duplicateLabelSet();
    mergeInto(held, column);
  }

  /** Passes on the series that had to wait for their duplicates. */
  finish(): void {
    for (const [target, column] of this.#held) this.#sink.accept(target, column);
  }
}

function mergeInto(held: Column, column: Column): void {
  const { kinds, values, histograms } = column;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] === Kind.absent) continue;
    if (held.kinds[step] !== Kind.absent) throw duplicateLabelSet();
    if (kinds[step] === Kind.float) held.setFloat(step, values[step]!);
    else held.setHistogram(step, histograms![step]!);
  }
}

/**
 * Drops the metric names of distinct series. Series of one metric without other metadata stay distinct, which
 * spares the comparison of whole label sets.
 */
export function dropNames(
  headers: readonly SeriesHeader[],
  state: QueryState,
  steps: number,
  onDuplicate: OnDuplicate = OnDuplicate.merge,
): SeriesMerge {
  return new SeriesMerge(
    headers.map((header) => withoutName(header, state)),
    steps,
    onDuplicate,
  );
}
