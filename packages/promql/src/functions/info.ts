// info(v, {…}): gives every series the labels of the info series that share its `instance` and `job`. Labels
// may change from step to step, so a series of the argument can become several.
import { LabelSet, type Matcher, METRIC_NAME } from '@prometheus-ts/model';
import { executionError } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import { Column, Kind } from '../operators/column.ts';
import { SeriesMerge } from '../operators/headers.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from '../operators/operator.ts';
import type { SampleCounter } from '../operators/sample-counter.ts';
import type { Grid } from '../plan/grid.ts';
import type { InfoSelection } from '../plan/info-selection.ts';
import type { VectorNode } from '../plan/plan.ts';
import type { OperatorFunction } from './contract.ts';
import { InfoSeries, NONE } from './info-series.ts';

export const info: OperatorFunction = {
  form: 'operator',
  create: (node, builder, counter) =>
    new Info(builder.vector(node.args[0] as VectorNode, counter), node.info!, counter),
};

/** What becomes of a series while the same info series apply. */
interface Variant {
  /** Index among the incoming headers; undefined where the series is left out. */
  readonly header: number | undefined;
  /** Why nothing can be answered. */
  readonly error: string | undefined;
}

/** A series of the argument: its variants, and which applies at which step. */
interface Enriched {
  readonly variants: readonly Variant[];
  readonly variantOf: Int32Array;
}

class Info implements VectorOperator {
  readonly grid: Grid;
  readonly #input: VectorOperator;
  readonly #selection: InfoSelection;
  readonly #counter: SampleCounter;
  #series: InfoSeries | undefined;
  #enriched: readonly Enriched[] = [];
  #merge: SeriesMerge | undefined;

  constructor(input: VectorOperator, selection: InfoSelection, counter: SampleCounter) {
    this.grid = input.grid;
    this.#input = input;
    this.#selection = selection;
    this.#counter = counter;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const bases = this.#input.open(state);
    const isInfo = ({ labels }: SeriesHeader): boolean =>
      this.#selection.nameMatchers.every((matcher) => matcher.matches(labels.metricName));
    const enrichable = bases.filter((base) => !isInfo(base)).map(({ labels }) => labels);
    const series = InfoSeries.read(this.#selection, enrichable, this.grid, this.#counter, state);
    const headers: SeriesHeader[] = [];
    this.#series = series;
    this.#enriched = bases.map((base) =>
      isInfo(base) ? unchanged(base, headers, this.grid.count) : this.#enrich(base, series, headers),
    );
    this.#merge = new SeriesMerge(headers, this.grid.count);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const part = Column.ofSteps(this.grid.count);
    const conflicts = this.#series!.conflicts;
    this.#merge!.run(state, sink, (incoming) => {
      this.#input.produce(state, {
        accept: (index, column) => {
          for (const [step, text] of conflicts) {
            if (column.kinds[step] !== Kind.absent) throw executionError(text);
          }
          this.#split(this.#enriched[index]!, column, part, incoming);
        },
      });
    });
  }

  /** Pushes each variant with the steps at which it applies. */
  #split({ variants, variantOf }: Enriched, column: Column, part: Column, sink: ColumnSink): void {
    for (const [v, { header, error }] of variants.entries()) {
      part.copyFrom(column);
      let isEmpty = true;
      for (let step = 0; step < part.steps; step++) {
        if (variantOf[step] !== v) part.kinds[step] = Kind.absent;
        else if (part.kinds[step] !== Kind.absent) isEmpty = false;
      }
      if (isEmpty) continue;
      if (error !== undefined) throw executionError(error);
      if (header !== undefined) sink.accept(header, part);
    }
  }

  #enrich(base: SeriesHeader, series: InfoSeries, headers: SeriesHeader[]): Enriched {
    const signatures = series.signaturesOf(base.labels);
    const variantOf = new Int32Array(this.grid.count);
    const variants: Variant[] = [];
    const byWinners = new Map<string, number>();
    for (let step = 0; step < this.grid.count; step++) {
      const winners = signatures.map((signature) => signature.winners[step]!).filter((w) => w !== NONE);
      const key = winners.join();
      let variant = byWinners.get(key);
      if (variant === undefined) {
        const infos = winners.map((winner) => series.labels[winner]!);
        variant = variants.push(this.#variant(base, infos, headers)) - 1;
        byWinners.set(key, variant);
      }
      variantOf[step] = variant;
    }
    return { variants, variantOf };
  }

  #variant(base: SeriesHeader, infos: readonly LabelSet[], headers: SeriesHeader[]): Variant {
    const { dataMatchers } = this.#selection;
    if (infos.length === 0 && !dataMatchers.every((matcher) => matcher.matchesEmpty)) {
      return { header: undefined, error: undefined };
    }
    const added = new Map<string, string>();
    for (const { pairs } of infos) {
      for (let i = 0; i < pairs.length; i += 2) {
        const [name, value] = [pairs[i]!, pairs[i + 1]!];
        if (name === METRIC_NAME || !isAsked(name, dataMatchers)) continue;
        if ((added.get(name) ?? value) !== value) {
          return { header: undefined, error: `conflicting label: ${name}` };
        }
        if (!base.labels.has(name)) added.set(name, value);
      }
    }
    const labels =
      added.size === 0 ? base.labels : LabelSet.from([...Object.entries(base.labels.toRecord()), ...added]);
    return { header: headers.push({ labels, dropName: base.dropName }) - 1, error: undefined };
  }
}

/** Without conditions all labels are taken over, else those that the conditions name. */
function isAsked(name: string, dataMatchers: readonly Matcher[]): boolean {
  return dataMatchers.length === 0 || dataMatchers.some((matcher) => matcher.name === name);
}

function unchanged(base: SeriesHeader, headers: SeriesHeader[], steps: number): Enriched {
  const header = headers.push(base) - 1;
  return { variants: [{ header, error: undefined }], variantOf: new Int32Array(steps) };
}
