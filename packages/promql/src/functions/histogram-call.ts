// The frame of histogram_quantile, histogram_quantiles and histogram_fraction: sorts a vector into classic
// histograms, whose buckets are series that differ in `le`, and native ones, and asks each for its answers.
import { type FloatHistogram, type LabelSet, parseGoFloat } from '@prometheus-ts/model';
import type { Span } from '../ast.ts';
import { noteBadBucketLabel, noteMixedClassicNative } from '../engine/notes.ts';
import type { QueryState } from '../engine/query-state.ts';
import { Column, Kind } from '../operators/column.ts';
import { SeriesMerge, withoutName } from '../operators/headers.ts';
import { materialize } from '../operators/materialized.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from '../operators/operator.ts';
import type { Grid } from '../plan/grid.ts';
import { ClassicBuckets } from './classic-buckets.ts';

const BUCKET_LABEL = 'le';

/** One answer per histogram. */
export interface HistogramAnswer {
  /** The labels that the answer about a histogram with these labels has. */
  rename(labels: LabelSet): LabelSet;
  /** Whether there is an answer at this step. */
  answers(step: number): boolean;
  /** @param metric the name for annotations, '' for none */
  classic(step: number, buckets: ClassicBuckets, metric: string, state: QueryState): number;
  native(step: number, histogram: FloatHistogram, metric: string, state: QueryState): number;
  /** Annotates its parameters, once the argument has been evaluated. */
  check?(state: QueryState): void;
}

/** The series of one classic histogram, by ascending bound. */
interface ClassicGroup {
  readonly header: SeriesHeader;
  readonly members: { readonly index: number; readonly bound: number }[];
}

export class HistogramCall implements VectorOperator {
  readonly grid: Grid;
  readonly #input: VectorOperator;
  /** Where annotations about the histograms point. */
  readonly #pos: Span;
  readonly #makeAnswers: (state: QueryState) => readonly HistogramAnswer[];
  #answers: readonly HistogramAnswer[] = [];
  #headers: readonly SeriesHeader[] = [];
  #groups: readonly ClassicGroup[] = [];
  /** For each input series, as a native histogram: the classic group with the same labels. */
  #rivals: readonly (ClassicGroup | undefined)[] = [];
  #merge: SeriesMerge | undefined;

  /** @param makeAnswers called once, at the start; it may evaluate scalars */
  constructor(
    input: VectorOperator,
    pos: Span,
    makeAnswers: (state: QueryState) => readonly HistogramAnswer[],
  ) {
    this.grid = input.grid;
    this.#input = input;
    this.#pos = pos;
    this.#makeAnswers = makeAnswers;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#answers = this.#makeAnswers(state);
    this.#headers = this.#input.open(state);
    const groups = groupBuckets(this.#headers);
    this.#groups = [...groups.values()];
    this.#rivals = this.#headers.map(({ labels }) => groups.get(labels.key));
    const results: SeriesHeader[] = [];
    for (const header of [...this.#headers, ...this.#groups.map((group) => group.header)]) {
      const { labels, dropName } = withoutName(header, state);
      for (const answer of this.#answers) results.push({ labels: answer.rename(labels), dropName });
    }
    this.#merge = new SeriesMerge(results, this.grid.count);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const held = state.samples.current;
    const columns = materialize(this.#input, this.#headers.length, state);
    for (const answer of this.#answers) answer.check?.(state);
    this.#noteBadBounds(columns, state);
    let weight = 0;
    this.#merge!.run(state, sink, (incoming) => {
      const counting: ColumnSink = {
        accept: (index, column) => {
          const count = column.count();
          if (count === 0) return;
          weight += count;
          incoming.accept(index, column);
        },
      };
      const blocked = this.#findMixed(columns, state);
      this.#answerNative(columns, blocked, state, counting);
      this.#answerClassic(columns, blocked, state, counting);
    });
    state.samples.release(state.samples.current - held);
    state.samples.hold(weight);
  }

  /** Steps at which a histogram is there in both forms, by group; neither is then looked at. */
  #findMixed(columns: readonly (Column | undefined)[], state: QueryState): Map<ClassicGroup, Uint8Array> {
    const blocked = new Map<ClassicGroup, Uint8Array>();
    for (const [i, column] of columns.entries()) {
      const rival = this.#rivals[i];
      if (rival === undefined || column?.histograms === undefined) continue;
      for (let step = 0; step < column.steps; step++) {
        if (column.kinds[step] !== Kind.histogram) continue;
        if (!rival.members.some(({ index }) => columns[index]?.kinds[step] === Kind.float)) continue;
        if (!blocked.has(rival)) blocked.set(rival, new Uint8Array(column.steps));
        blocked.get(rival)![step] = 1;
        noteMixedClassicNative(state.annotations, metricOf(this.#headers[i]!, state), this.#pos);
      }
    }
    return blocked;
  }

  #noteBadBounds(columns: readonly (Column | undefined)[], state: QueryState): void {
    for (const [i, column] of columns.entries()) {
      const header = this.#headers[i]!;
      const le = header.labels.get(BUCKET_LABEL);
      if (column === undefined || parseGoFloat(le) !== undefined) continue;
      if (!column.kinds.includes(Kind.float)) continue;
      noteBadBucketLabel(state.annotations, metricOf(header, state), le, this.#pos);
    }
  }

  #answerNative(
    columns: readonly (Column | undefined)[],
    blocked: ReadonlyMap<ClassicGroup, Uint8Array>,
    state: QueryState,
    sink: ColumnSink,
  ): void {
    const result = Column.ofSteps(this.grid.count);
    for (const [i, column] of columns.entries()) {
      if (column?.histograms === undefined) continue;
      state.poll();
      const rival = this.#rivals[i];
      const skip = rival && blocked.get(rival);
      const metric = metricOf(this.#headers[i]!, state);
      for (const [a, answer] of this.#answers.entries()) {
        result.clear();
        for (let step = 0; step < column.steps; step++) {
          if (column.kinds[step] !== Kind.histogram || skip?.[step] === 1 || !answer.answers(step)) continue;
          result.setFloat(step, answer.native(step, column.histograms[step]!, metric, state));
        }
        sink.accept(i * this.#answers.length + a, result);
      }
    }
  }

  #answerClassic(
    columns: readonly (Column | undefined)[],
    blocked: ReadonlyMap<ClassicGroup, Uint8Array>,
    state: QueryState,
    sink: ColumnSink,
  ): void {
    const { count } = this.grid;
    const answers = this.#answers;
    const results = answers.map(() => Column.ofSteps(count));
    for (const [g, group] of this.#groups.entries()) {
      state.poll();
      const skip = blocked.get(group);
      const metric = metricOf(group.header, state);
      const members = group.members.filter(({ index }) => columns[index] !== undefined);
      const buckets = new ClassicBuckets(members.length);
      for (const result of results) result.clear();
      for (let step = 0; step < count; step++) {
        if (skip?.[step] === 1) continue;
        buckets.clear();
        for (let m = 0; m < members.length; m++) {
          const { index, bound } = members[m]!;
          const column = columns[index]!;
          if (column.kinds[step] === Kind.float) buckets.push(bound, column.values[step]!);
        }
        if (buckets.length === 0) continue;
        for (let a = 0; a < answers.length; a++) {
          if (!answers[a]!.answers(step)) continue;
          results[a]!.setFloat(step, answers[a]!.classic(step, buckets, metric, state));
        }
      }
      const first = (this.#headers.length + g) * answers.length;
      for (let a = 0; a < answers.length; a++) sink.accept(first + a, results[a]!);
    }
  }
}

/** Series with a bound, by their other labels. */
function groupBuckets(headers: readonly SeriesHeader[]): Map<string, ClassicGroup> {
  const groups = new Map<string, ClassicGroup>();
  for (const [index, header] of headers.entries()) {
    const bound = parseGoFloat(header.labels.get(BUCKET_LABEL));
    if (bound === undefined) continue;
    const labels = header.labels.filter((name) => name !== BUCKET_LABEL);
    let group = groups.get(labels.key);
    if (!group) {
      group = { header: { labels, dropName: header.dropName }, members: [] };
      groups.set(labels.key, group);
    }
    group.members.push({ index, bound });
  }
  for (const { members } of groups.values()) members.sort((a, b) => a.bound - b.bound);
  return groups;
}

/** Names are in annotations only where they are still known for sure. */
function metricOf(header: SeriesHeader, state: QueryState): string {
  return state.features.delayedNameRemoval ? header.labels.metricName : '';
}

/** An answer that keeps the labels and has a value at every step. */
export const SAME_LABELS = {
  rename: (labels: LabelSet): LabelSet => labels,
  answers: (): boolean => true,
};
