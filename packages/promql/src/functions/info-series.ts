// The info series of a query: which of them says something about which identity (the labels `instance` and
// `job`) at which step.
import { formatLabelSet, type LabelSet, SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { executionError } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { SampleCounter } from '../operators/sample-counter.ts';
import { type Grid, lastReference } from '../plan/grid.ts';
import type { InfoSelection } from '../plan/info-selection.ts';

/** The labels by which an info series and another belong together. */
const IDENTIFYING = ['instance', 'job'] as const;

/** Values of `winners`: no info series at this step. */
export const NONE = -1;

/** All info series with one name and one identity. */
export interface InfoSignature {
  /** For each step the index of the newest info series, or NONE. */
  readonly winners: Int32Array;
  /** Time of the sample of the winner, in milliseconds. */
  readonly times: Float64Array;
}

export class InfoSeries {
  readonly labels: LabelSet[] = [];
  /** By name, then by identity. */
  readonly #signatures = new Map<string, Map<string, InfoSignature>>();
  /** What is wrong at a step, should anything be enriched there. */
  readonly conflicts = new Map<number, string>();

  /** The signature of each info metric that a series with these labels has. */
  signaturesOf(labels: LabelSet): InfoSignature[] {
    const identity = identityOf(labels);
    const found: InfoSignature[] = [];
    for (const byIdentity of this.#signatures.values()) {
      const signature = byIdentity.get(identity);
      if (signature) found.push(signature);
    }
    return found;
  }

  /** Reads everything that the selection found. `bases` are the series to be enriched. */
  static read(
    selection: InfoSelection,
    bases: readonly LabelSet[],
    grid: Grid,
    counter: SampleCounter,
    state: QueryState,
  ): InfoSeries {
    const result = new InfoSeries();
    const isWanted = identityFilter(bases);
    if (!isWanted) return result;
    const set = state.seriesSets[selection.selection]!;
    for (const warning of set.warnings) state.annotations.addForeign(warning);
    for (let i = 0; i < set.length; i++) {
      state.poll();
      const labels = set.labels(i);
      if (isWanted(labels)) result.#readOne(set, i, labels, selection, grid, counter, state);
    }
    return result;
  }

  #readOne(
    set: SeriesSet,
    index: number,
    labels: LabelSet,
    { reference }: InfoSelection,
    grid: Grid,
    counter: SampleCounter,
    state: QueryState,
  ): void {
    const samples = new SampleColumns();
    const minTime = reference.startMs - state.lookbackMs + 1;
    set.read(index, minTime, lastReference(reference, grid), samples);
    if (samples.length === 0) return;
    const signature = this.#signatureOf(labels, grid);
    const self = this.labels.push(labels) - 1;
    let found = 0;
    for (let step = 0, next = 0; step < grid.count; step++) {
      const at = reference.startMs + step * reference.stepMs;
      while (next < samples.length && samples.times[next]! <= at) next++;
      const row = next - 1;
      if (row < 0 || samples.times[row]! <= at - state.lookbackMs || samples.isStale(row)) continue;
      if (samples.histograms?.[row]) throw executionError('info sample should be float');
      this.#offer(signature, step, self, samples.times[row]!);
      if (counter.perStep) counter.add(step, 1, 1);
      found++;
    }
    state.samples.touch(found);
    if (!counter.perStep && found > 0) counter.add(0, found, found);
  }

  /** The newest sample wins; two of the same time contradict each other. */
  #offer(signature: InfoSignature, step: number, self: number, timeMs: number): void {
    const winner = signature.winners[step]!;
    if (winner !== NONE) {
      if (signature.times[step]! > timeMs) return;
      if (signature.times[step] === timeMs) {
        const [a, b] = [this.labels[winner]!, this.labels[self]!].map((labels) => formatLabelSet(labels));
        const text = `found duplicate series for info metric: existing ${a} @ ${timeMs}, new ${b} @ ${timeMs}`;
        if (!this.conflicts.has(step)) this.conflicts.set(step, text);
        return;
      }
    }
    signature.winners[step] = self;
    signature.times[step] = timeMs;
  }

  #signatureOf(labels: LabelSet, grid: Grid): InfoSignature {
    const name = labels.metricName;
    let byIdentity = this.#signatures.get(name);
    if (!byIdentity) {
      byIdentity = new Map();
      this.#signatures.set(name, byIdentity);
    }
    const identity = identityOf(labels);
    let signature = byIdentity.get(identity);
    if (!signature) {
      signature = { winners: new Int32Array(grid.count).fill(NONE), times: new Float64Array(grid.count) };
      byIdentity.set(identity, signature);
    }
    return signature;
  }
}

function identityOf(labels: LabelSet): string {
  return IDENTIFYING.map((name) => labels.get(name)).join('\xff');
}

/**
 * Which info series can matter: for each identifying label that any base series has, the value is one of
 * theirs. Undefined where no base series has any, since then none can.
 */
function identityFilter(bases: readonly LabelSet[]): ((labels: LabelSet) => boolean) | undefined {
  const conditions = IDENTIFYING.map((name) => ({
    name,
    values: new Set(bases.map((labels) => labels.get(name)).filter((value) => value !== '')),
  })).filter(({ values }) => values.size > 0);
  if (conditions.length === 0) return undefined;
  return (labels) => conditions.every(({ name, values }) => values.has(labels.get(name)));
}
