// Arithmetic and comparison between two vectors. Which series belong together is settled at `open`. The one
// side is kept as a whole, the many side streams past it column by column; only match groups that need it are
// joined step by step at the end.
import type { QueryState } from '../engine/query-state.ts';
import type { Grid } from '../plan/grid.ts';
import type { VectorBinaryNode } from '../plan/plan.ts';
import { type Column, ColumnArena, Kind } from './column.ts';
import { SeriesMerge } from './headers.ts';
import { combineColumns } from './join-columns.ts';
import { type GroupMember, JoinConflicts, JoinGroup } from './join-group.ts';
import { JoinLabels } from './join-labels.ts';
import { materialize } from './materialized.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from './operator.ts';
import { columnWeight } from './range-function.ts';
import { RightFirst } from './right-first.ts';
import { SignatureTable } from './signatures.ts';
import { StepNotes } from './step-notes.ts';

/** Marks a series of the many side that has no partner, or whose group is joined at the end. */
const NO_PARTNER = -1;
const IN_GROUP = -2;

export class VectorJoin implements VectorOperator {
  readonly grid: Grid;
  readonly #node: VectorBinaryNode;
  readonly #many: VectorOperator;
  readonly #one: VectorOperator;
  readonly #swapped: boolean;
  #manyHeaders: readonly SeriesHeader[] = [];
  #oneHeaders: readonly SeriesHeader[] = [];
  /** Per series of the many side: its partner's index, NO_PARTNER or IN_GROUP. */
  #partners = new Int32Array(0);
  /** Per series of the many side with a partner: the number of its result. */
  #results = new Int32Array(0);
  readonly #groups: { readonly group: JoinGroup; readonly firstResult: number }[] = [];
  #merge: SeriesMerge | undefined;

  constructor(node: VectorBinaryNode, left: VectorOperator, right: VectorOperator) {
    this.grid = node.grid;
    this.#node = node;
    this.#swapped = node.expr.matching!.cardinality === 'one-to-many';
    this.#many = this.#swapped ? right : left;
    this.#one = this.#swapped ? left : right;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const { expr } = this.#node;
    const matching = expr.matching!;
    this.#manyHeaders = this.#many.open(state);
    this.#oneHeaders = this.#one.open(state);
    const signatures = new SignatureTable(matching);
    const manySignatures = signatures.numbersOf(this.#manyHeaders);
    const oneSignatures = signatures.numbersOf(this.#oneHeaders);
    const oneBySignature = membersBySignature(this.#oneHeaders, oneSignatures, signatures.size);
    const manyBySignature = membersBySignature(this.#manyHeaders, manySignatures, signatures.size);
    const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;
    const oneToOne = matching.cardinality === 'one-to-one';
    const labels = new JoinLabels(expr, state.features.delayedNameRemoval);
    const results: SeriesHeader[] = [];
    this.#partners = new Int32Array(this.#manyHeaders.length).fill(NO_PARTNER);
    this.#results = new Int32Array(this.#manyHeaders.length);
    for (let signature = 0; signature < signatures.size; signature++) {
      const many = manyBySignature[signature] ?? [];
      const one = oneBySignature[signature] ?? [];
      // Two series on the one side are a conflict even where nothing would match them.
      if (!fills && one.length < 2 && (one.length === 0 || many.length === 0)) continue;
      const isSimple = !fills && one.length === 1 && (!oneToOne || many.length === 1);
      if (!isSimple || !this.#addSimple(many, one[0]!, labels, results)) {
        this.#addGroup(new JoinGroup(expr, labels, many, one), many, results);
      }
    }
    this.#merge = new SeriesMerge(results, this.grid.count);
    return this.#merge.headers;
  }

  /** Each series of the many side has the same partner and a result of its own; false where results clash. */
  #addSimple(
    many: readonly GroupMember[],
    one: GroupMember,
    labels: JoinLabels,
    results: SeriesHeader[],
  ): boolean {
    const headers = many.map((member) => ({
      labels: labels.of(member.header.labels, one.header.labels),
      dropName: this.#node.expr.returnBool,
    }));
    if (headers.length > 1 && new Set(headers.map((header) => header.labels.key)).size < headers.length) {
      return false;
    }
    many.forEach((member, i) => {
      this.#partners[member.index] = one.index;
      this.#results[member.index] = results.push(headers[i]!) - 1;
    });
    return true;
  }

  #addGroup(group: JoinGroup, many: readonly GroupMember[], results: SeriesHeader[]): void {
    this.#groups.push({ group, firstResult: results.length });
    results.push(...group.headers);
    for (const member of many) this.#partners[member.index] = IN_GROUP;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const held = state.samples.current;
    let weight = 0;
    this.#merge!.run(state, sink, (incoming) => {
      this.#join(state, {
        accept: (index, column) => {
          weight += columnWeight(column);
          incoming.accept(index, column);
        },
      });
    });
    state.samples.release(state.samples.current - held);
    state.samples.hold(weight);
  }

  #join(state: QueryState, sink: ColumnSink): void {
    const { expr } = this.#node;
    const { count } = this.grid;
    const notes = new StepNotes();
    const rightFirst = new RightFirst(state);
    const produceOne = () => materialize(this.#one, this.#oneHeaders.length, state);
    const one = this.#swapped ? produceOne() : rightFirst.run(produceOne);
    const kept: (Column | undefined)[] = new Array(this.#manyHeaders.length).fill(undefined);
    const arena = new ColumnArena(count);
    const anyMany = new Uint8Array(count);
    const hasGroups = this.#groups.length > 0;
    this.#many.produce(state, {
      accept: (index, column) => {
        if (hasGroups) markPresent(anyMany, column);
        const partner = this.#partners[index]!;
        if (partner === IN_GROUP) {
          state.holdBytes(count * 9);
          kept[index] = arena.copy(column);
        } else if (partner !== NO_PARTNER && one[partner] !== undefined) {
          const other = one[partner]!;
          if (this.#swapped) combineColumns(expr, other, column, column, notes);
          else combineColumns(expr, column, other, column, notes);
          sink.accept(this.#results[index]!, column);
        }
      },
    });
    if (!this.#swapped) rightFirst.finish();
    if (hasGroups) this.#joinGroups(kept, one, anyMany, notes, sink);
    notes.flush(state.annotations, expr.pos);
  }

  #joinGroups(
    many: readonly (Column | undefined)[],
    one: readonly (Column | undefined)[],
    anyMany: Uint8Array,
    notes: StepNotes,
    sink: ColumnSink,
  ): void {
    const anyOne = new Uint8Array(anyMany.length);
    for (const column of one) if (column !== undefined) markPresent(anyOne, column);
    const conflicts = new JoinConflicts();
    for (const { group, firstResult } of this.#groups) {
      const columns = group.join(many, one, anyMany, anyOne, notes, conflicts);
      columns.forEach((column, i) => {
        if (column !== undefined) sink.accept(firstResult + i, column);
      });
    }
    conflicts.throwFirst();
  }
}

function membersBySignature(
  headers: readonly SeriesHeader[],
  signatures: Int32Array,
  count: number,
): (GroupMember[] | undefined)[] {
  const members: (GroupMember[] | undefined)[] = new Array(count).fill(undefined);
  for (let i = 0; i < headers.length; i++) {
    (members[signatures[i]!] ??= []).push({ header: headers[i]!, index: i });
  }
  return members;
}

function markPresent(marks: Uint8Array, column: Column): void {
  const { kinds } = column;
  for (let step = 0; step < kinds.length; step++) if (kinds[step] !== Kind.absent) marks[step] = 1;
}
