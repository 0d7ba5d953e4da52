// Binary operators on one instant vector each side, as directly as they can be written.
import {
  addHistograms,
  CounterResetHint,
  compactHistogram,
  divideHistogram,
  type FloatHistogram,
  histogramsEqual,
  LabelSet,
  multiplyHistogram,
  subtractHistograms,
} from '@prometheus-ts/model';
import { type BinaryExpr, COMPARISON_OPERATORS } from '../../ast.ts';
import { checkDistinct, groupBy, OracleError, type Sample } from './samples.ts';

export function isComparison(op: string): boolean {
  return (COMPARISON_OPERATORS as readonly string[]).includes(op);
}

export function calculate(op: string, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
    case 'atan2':
      return Math.atan2(a, b);
    default:
      return Number({ '==': a === b, '!=': a !== b, '<': a < b, '>': a > b, '<=': a <= b, '>=': a >= b }[op]);
  }
}

interface Element {
  readonly value: number;
  readonly histogram?: FloatHistogram | undefined;
}

/** The result, or undefined where there is none. For a comparison that holds, the left element. */
function combine(op: string, a: Element, b: Element): Element | 'void' | undefined {
  if (a.histogram && b.histogram) {
    if (op === '+')
      return { value: 0, histogram: compactHistogram(addHistograms(a.histogram, b.histogram).histogram) };
    if (op === '-') {
      const difference = compactHistogram(subtractHistograms(a.histogram, b.histogram).histogram);
      return { value: 0, histogram: { ...difference, counterReset: CounterResetHint.gauge } };
    }
    if (op !== '==' && op !== '!=') return 'void';
    return histogramsEqual(a.histogram, b.histogram) === (op === '==') ? a : undefined;
  }
  if (a.histogram || b.histogram) {
    const histogram = (a.histogram ?? b.histogram)!;
    const number = a.histogram ? b.value : a.value;
    if (op === '*') return { value: 0, histogram: compactHistogram(multiplyHistogram(histogram, number)) };
    if (op !== '/' || !a.histogram) return 'void';
    return { value: 0, histogram: compactHistogram(divideHistogram(histogram, number)) };
  }
  const value = calculate(op, a.value, b.value);
  if (!isComparison(op)) return { value };
  return value === 1 ? a : undefined;
}

export function withScalar(
  expr: BinaryExpr,
  samples: readonly Sample[],
  scalar: number,
  scalarIsLeft: boolean,
): readonly Sample[] {
  const drops = !isComparison(expr.op) || expr.returnBool;
  const results = samples.flatMap((sample): Sample[] => {
    const number = { value: scalar };
    const result = scalarIsLeft ? combine(expr.op, number, sample) : combine(expr.op, sample, number);
    const labels = drops ? sample.labels.withoutName() : sample.labels;
    if (result === 'void') return [];
    if (expr.returnBool) return [{ labels, value: result === undefined ? 0 : 1 }];
    if (result === undefined) return [];
    return [isComparison(expr.op) ? sample : { labels, ...result }];
  });
  return checkDistinct(results);
}

function signatureOf(expr: BinaryExpr, labels: LabelSet): string {
  const { on, labels: names } = expr.matching!;
  return labels.filter((name) => (on ? names.includes(name) : name !== '__name__' && !names.includes(name)))
    .key;
}

export function setOperator(
  expr: BinaryExpr,
  left: readonly Sample[],
  right: readonly Sample[],
): readonly Sample[] {
  const of = (samples: readonly Sample[]) => new Set(samples.map(({ labels }) => signatureOf(expr, labels)));
  const onLeft = of(left);
  const onRight = of(right);
  switch (expr.op) {
    case 'and':
      return left.filter(({ labels }) => onRight.has(signatureOf(expr, labels)));
    case 'unless':
      return left.filter(({ labels }) => !onRight.has(signatureOf(expr, labels)));
    default:
      return checkDistinct([
        ...left,
        ...right.filter(({ labels }) => !onLeft.has(signatureOf(expr, labels))),
      ]);
  }
}

export function join(expr: BinaryExpr, left: readonly Sample[], right: readonly Sample[]): readonly Sample[] {
  if (left.length === 0 || right.length === 0) return [];
  const { cardinality } = expr.matching!;
  const swapped = cardinality === 'one-to-many';
  const [many, one] = swapped ? [right, left] : [left, right];
  const partners = groupBy(one, ({ labels }) => signatureOf(expr, labels));
  for (const group of partners.values()) if (group.length > 1) throw new OracleError('many-to-many');
  const results: Sample[] = [];
  const matched = new Set<string>();
  for (const sample of many) {
    const signature = signatureOf(expr, sample.labels);
    const partner = partners.get(signature)?.[0];
    if (partner === undefined) continue;
    const result = swapped ? combine(expr.op, partner, sample) : combine(expr.op, sample, partner);
    if (result === 'void') continue;
    const labels = joinedLabels(expr, sample.labels, partner.labels);
    const once = cardinality === 'one-to-one' ? signature : `${signature}\xfe${labels.key}`;
    if (matched.has(once)) throw new OracleError('multiple matches');
    matched.add(once);
    if (expr.returnBool) results.push({ labels, value: result === undefined ? 0 : 1 });
    else if (result !== undefined) results.push({ ...result, labels });
  }
  return checkDistinct(results);
}

function joinedLabels(expr: BinaryExpr, many: LabelSet, one: LabelSet): LabelSet {
  const { cardinality, on, labels: names, include } = expr.matching!;
  const drops = !isComparison(expr.op) || expr.returnBool;
  const kept = many.filter((name) => {
    if (drops && name === '__name__') return false;
    return cardinality !== 'one-to-one' || names.includes(name) === on;
  });
  return LabelSet.from({
    ...kept.toRecord(),
    ...Object.fromEntries(include.map((name) => [name, one.get(name)])),
  });
}
