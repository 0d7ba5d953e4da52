// The step-by-step join of one match group, for groups that are not simply one series on the one side and
// distinct results: several series that alternate, fill modifiers, conflicts.
import { formatLabelSet } from '@prometheus-ts/model';
import type { BinaryExpr } from '../ast.ts';
import { executionError, type QueryError } from '../engine/query-error.ts';
import { Column, Kind } from './column.ts';
import { combined, combineSamples } from './combine-samples.ts';
import { putCombined } from './join-columns.ts';
import type { JoinLabels } from './join-labels.ts';
import type { SeriesHeader } from './operator.ts';
import { matchedLabels } from './signatures.ts';
import type { StepNotes } from './step-notes.ts';

/** One series of a match group; `header` gives its labels, `column` is undefined where it has no samples. */
export interface GroupMember {
  readonly header: SeriesHeader;
  readonly index: number;
}

/** Groups beyond this many pairs of series can only be conflicts. */
const MAX_PAIRS = 1_000_000;

const CONFLICT = -2;

/** At one step duplicates on the one side are found before anything is matched. */
export const ConflictRank = { duplicates: 0, matches: 1 } as const;
export type ConflictRank = (typeof ConflictRank)[keyof typeof ConflictRank];

/** The conflict that a step-by-step evaluation of all groups would meet first. */
export class JoinConflicts {
  #step = Number.POSITIVE_INFINITY;
  #rank: ConflictRank = ConflictRank.matches;
  #error: QueryError | undefined;

  add(step: number, rank: ConflictRank, error: QueryError): void {
    if (step > this.#step || (step === this.#step && rank >= this.#rank)) return;
    this.#step = step;
    this.#rank = rank;
    this.#error = error;
  }

  throwFirst(): void {
    if (this.#error) throw this.#error;
  }
}

/**
 * One match group. Made at `open`, where it names every label set it may yield; run after both sides are known.
 */
export class JoinGroup {
  readonly #expr: BinaryExpr;
  readonly #labels: JoinLabels;
  readonly #many: readonly GroupMember[];
  readonly #one: readonly GroupMember[];
  /** Distinct results, numbered within the group. */
  readonly headers: SeriesHeader[] = [];
  readonly #resultByKey = new Map<string, number>();
  /** From pair to result; a filled-in partner is the last row or column. */
  readonly #results: Int32Array;

  constructor(
    expr: BinaryExpr,
    labels: JoinLabels,
    many: readonly GroupMember[],
    one: readonly GroupMember[],
  ) {
    this.#expr = expr;
    this.#labels = labels;
    this.#many = many;
    this.#one = one;
    const pairs = (many.length + 1) * (one.length + 1);
    if (pairs > MAX_PAIRS) throw this.#duplicateOnOneSide(one[0]!, one[1]!);
    this.#results = new Int32Array(pairs);
    for (let m = 0; m <= many.length; m++) {
      for (let o = 0; o <= one.length; o++) {
        if (m < many.length || o < one.length) this.#results[this.#pair(m, o)] = this.#addResult(m, o);
      }
    }
  }

  #pair(m: number, o: number): number {
    return m * (this.#one.length + 1) + o;
  }

  #addResult(m: number, o: number): number {
    const matching = this.#expr.matching!;
    const manyLabels = this.#many[m]?.header.labels;
    const oneLabels = this.#one[o]?.header.labels;
    const labels = this.#labels.of(
      manyLabels ?? matchedLabels(oneLabels!, matching),
      oneLabels ?? matchedLabels(manyLabels!, matching),
    );
    const known = this.#resultByKey.get(labels.key);
    if (known !== undefined) return known;
    const result = this.headers.push({ labels, dropName: this.#expr.returnBool }) - 1;
    this.#resultByKey.set(labels.key, result);
    return result;
  }

  /**
   * @param anyMany marks the steps at which the many side as a whole has any sample, `anyOne` likewise
   * @param conflicts takes note where series contradict each other; the join then stops
   * @returns a column per result; undefined where it has no samples
   */
  join(
    manyColumns: readonly (Column | undefined)[],
    oneColumns: readonly (Column | undefined)[],
    anyMany: Uint8Array,
    anyOne: Uint8Array,
    notes: StepNotes,
    conflicts: JoinConflicts,
  ): (Column | undefined)[] {
    const { fillLeft, fillRight, cardinality } = this.#expr.matching!;
    const steps = anyMany.length;
    const many = this.#many.map((member) => manyColumns[member.index]);
    const one = this.#one.map((member) => oneColumns[member.index]);
    const out: (Column | undefined)[] = new Array(this.headers.length).fill(undefined);
    const fills = fillLeft !== undefined || fillRight !== undefined;
    const oneToOne = cardinality === 'one-to-one';
    // Step numbers plus one, so that nothing has to be cleared between steps.
    const resultSeen = new Int32Array(this.headers.length);
    for (let step = 0; step < steps; step++) {
      if ((anyMany[step] === 0 || anyOne[step] === 0) && !fills) continue;
      const o = this.#presentOne(one, step, conflicts);
      if (o === CONFLICT) return out;
      let matched = false;
      for (let m = 0; m < many.length; m++) {
        if (isAbsent(many[m], step) || (o < 0 && fillRight === undefined)) continue;
        const result = this.#results[this.#pair(m, o < 0 ? this.#one.length : o)]!;
        const keeps = this.#combine(many[m], o < 0 ? undefined : one[o], step, fillRight ?? 0, notes);
        if (combined.failed) continue;
        if (oneToOne ? matched : resultSeen[result] === step + 1) {
          conflicts.add(step, ConflictRank.matches, multipleMatches(oneToOne));
          return out;
        }
        matched = true;
        resultSeen[result] = step + 1;
        if (!keeps && !this.#expr.returnBool) continue;
        putCombined((out[result] ??= Column.ofSteps(steps)), step, keeps, this.#expr.returnBool);
      }
      if (matched || o < 0 || fillLeft === undefined) continue;
      const keeps = this.#combine(undefined, one[o], step, fillLeft, notes);
      const result = this.#results[this.#pair(this.#many.length, o)]!;
      putCombined((out[result] ??= Column.ofSteps(steps)), step, keeps, this.#expr.returnBool);
    }
    return out;
  }

  /** The series of the one side that has a sample at the step, -1 for none, or CONFLICT for several. */
  #presentOne(one: readonly (Column | undefined)[], step: number, conflicts: JoinConflicts): number {
    let found = -1;
    for (let o = 0; o < one.length; o++) {
      if (isAbsent(one[o], step)) continue;
      if (found >= 0) {
        const error = this.#duplicateOnOneSide(this.#one[found]!, this.#one[o]!);
        conflicts.add(step, ConflictRank.duplicates, error);
        return CONFLICT;
      }
      found = o;
    }
    return found;
  }

  #combine(
    many: Column | undefined,
    one: Column | undefined,
    step: number,
    fill: number,
    notes: StepNotes,
  ): boolean {
    const swapped = this.#expr.matching!.cardinality === 'one-to-many';
    const left = swapped ? one : many;
    const right = swapped ? many : one;
    return combineSamples(
      this.#expr.op,
      left === undefined ? fill : left.values[step]!,
      histogramAt(left, step),
      right === undefined ? fill : right.values[step]!,
      histogramAt(right, step),
      step,
      notes,
    );
  }

  #duplicateOnOneSide(a: GroupMember, b: GroupMember): QueryError {
    const matching = this.#expr.matching!;
    const group = formatLabelSet(matchedLabels(a.header.labels, matching));
    const side = matching.cardinality === 'one-to-many' ? 'left' : 'right';
    const series = [formatLabelSet(a.header.labels), formatLabelSet(b.header.labels)].sort();
    return executionError(
      `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${series.join(', ')}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }
}

function multipleMatches(oneToOne: boolean): QueryError {
  return executionError(
    oneToOne
      ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
      : 'multiple matches for labels: grouping labels must ensure unique matches',
  );
}

function isAbsent(column: Column | undefined, step: number): boolean {
  return column === undefined || column.kinds[step] === Kind.absent;
}

function histogramAt(column: Column | undefined, step: number) {
  return column !== undefined && column.kinds[step] === Kind.histogram ? column.histograms![step] : undefined;
}
