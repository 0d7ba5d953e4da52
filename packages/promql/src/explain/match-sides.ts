// Why the two sides of a binary operator do not find each other: which labels keep them apart, one pair side by
// side, and the matching that would bring them together.
import { formatSeries, type LabelSet, METRIC_NAME } from '@prometheus-ts/model';
import type { BinaryExpr, VectorMatching } from '../ast.ts';
import { correction, edit, type Hint, type HintContext } from '../hints/hint.ts';
import { printOperator } from '../print/print.ts';

export interface SideReport {
  readonly leftSeries: number;
  readonly rightSeries: number;
  /** Series of each side that found a partner. */
  readonly leftMatched: number;
  readonly rightMatched: number;
  readonly hints: readonly Hint[];
}

/** At most so many series of a side are compared for the nearest pair. */
const MOST_COMPARED = 200;

export function explainSides(
  query: string,
  expr: BinaryExpr,
  left: readonly LabelSet[],
  right: readonly LabelSet[],
  context: HintContext,
): SideReport {
  const matching = expr.matching!;
  const leftKeys = new Set(left.map((labels) => keyOf(labels, matching)));
  const rightKeys = new Set(right.map((labels) => keyOf(labels, matching)));
  const leftMatched = left.filter((labels) => rightKeys.has(keyOf(labels, matching))).length;
  const rightMatched = right.filter((labels) => leftKeys.has(keyOf(labels, matching))).length;
  const counts = { leftSeries: left.length, rightSeries: right.length, leftMatched, rightMatched };
  if (leftMatched > 0 || left.length === 0 || right.length === 0) return { ...counts, hints: [] };
  return { ...counts, hints: [describe(query, expr, left, right, context)] };
}

function describe(
  query: string,
  expr: BinaryExpr,
  left: readonly LabelSet[],
  right: readonly LabelSet[],
  context: HintContext,
): Hint {
  const matching = expr.matching!;
  const [a, b] = nearestPair(left, right, matching);
  const differing = namesOf(a, b).filter((name) => counts(name, matching) && a.get(name) !== b.get(name));
  const pair = `${formatSeries(a)} and ${formatSeries(b)}`;
  const text = `none of the ${left.length} series on the left has a partner among the ${right.length} on the right; nearest are ${pair}, which differ in ${differing.join(', ')}`;
  const better = betterMatching(expr, left, right, differing);
  const hint: Hint = { code: 'promql/no-match', text, position: expr.pos };
  if (!better) return hint;
  const operator = printOperator({ ...expr, matching: better });
  const span = { start: expr.left.pos.end, end: expr.right.pos.start };
  const corrected = correction(edit(query, [{ span, text: ` ${operator} ` }]), context.options);
  return { ...hint, text: `${text}; they match with ${operator}`, ...corrected };
}

/** The matching on fewer labels under which series find each other, with group_left or group_right if needed. */
function betterMatching(
  expr: BinaryExpr,
  left: readonly LabelSet[],
  right: readonly LabelSet[],
  differing: readonly string[],
): VectorMatching | undefined {
  const matching = expr.matching!;
  const shared = namesOf(...left, ...right).filter((name) => {
    const values = new Set(left.map((labels) => labels.get(name)));
    return right.some((labels) => labels.has(name) && values.has(labels.get(name)));
  });
  const ignoring = { ...matching, on: false, labels: [...new Set([...ignored(matching), ...differing])] };
  const onShared = { ...matching, on: true, labels: shared };
  for (const candidate of shared.length === 0 ? [ignoring] : [ignoring, onShared]) {
    const usable = withCardinality(candidate, left, right);
    if (usable) return usable;
  }
  return undefined;
}

function ignored(matching: VectorMatching): readonly string[] {
  return matching.on ? [] : matching.labels;
}

function withCardinality(
  matching: VectorMatching,
  left: readonly LabelSet[],
  right: readonly LabelSet[],
): VectorMatching | undefined {
  const leftCounts = countKeys(left, matching);
  const rightCounts = countKeys(right, matching);
  const common = [...leftCounts.keys()].filter((key) => rightCounts.has(key));
  if (common.length === 0) return undefined;
  // Series that share no label match any other; that is only meant where one side is a single total.
  if (common.includes('') && !isTotal(left) && !isTotal(right)) return undefined;
  if (matching.cardinality === 'many-to-many') return matching;
  const manyLeft = common.some((key) => leftCounts.get(key)! > 1);
  const manyRight = common.some((key) => rightCounts.get(key)! > 1);
  if (manyLeft && manyRight) return undefined;
  if (!manyLeft && !manyRight) return { ...matching, cardinality: 'one-to-one', include: [] };
  return { ...matching, cardinality: manyLeft ? 'many-to-one' : 'one-to-many' };
}

function isTotal(side: readonly LabelSet[]): boolean {
  return side.length === 1 && namesOf(side[0]!).length === 0;
}

function countKeys(side: readonly LabelSet[], matching: VectorMatching): Map<string, number> {
  const keys = new Map<string, number>();
  for (const labels of side) {
    const key = keyOf(labels, matching);
    keys.set(key, (keys.get(key) ?? 0) + 1);
  }
  return keys;
}

/** The two series that agree on most labels. */
function nearestPair(
  left: readonly LabelSet[],
  right: readonly LabelSet[],
  matching: VectorMatching,
): [LabelSet, LabelSet] {
  let best: [LabelSet, LabelSet] = [left[0]!, right[0]!];
  let bestScore = -Infinity;
  for (const a of left.slice(0, MOST_COMPARED)) {
    for (const b of right.slice(0, MOST_COMPARED)) {
      let score = 0;
      for (const name of namesOf(a, b)) {
        if (counts(name, matching)) score += a.get(name) === b.get(name) ? 1 : -1;
      }
      if (score <= bestScore) continue;
      bestScore = score;
      best = [a, b];
    }
  }
  return best;
}

/** Whether the matching compares the label. */
function counts(name: string, { on, labels }: VectorMatching): boolean {
  return on ? labels.includes(name) : name !== METRIC_NAME && !labels.includes(name);
}

function keyOf(labels: LabelSet, matching: VectorMatching): string {
  return labels.filter((name) => counts(name, matching)).key;
}

/** The label names of all sets, without the metric name, in order. */
function namesOf(...sets: readonly LabelSet[]): string[] {
  const names = new Set<string>();
  for (const { pairs } of sets) for (let i = 0; i < pairs.length; i += 2) names.add(pairs[i]!);
  names.delete(METRIC_NAME);
  return [...names].sort();
}
