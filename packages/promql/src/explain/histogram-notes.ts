// Which series spoil a histogram: those without a bound, buckets whose counts fall, and histograms that are there
// in both forms. Looked at where the argument was evaluated last.
import { formatFloatG, formatSeries, type LabelSet, parseGoFloat } from '@prometheus-ts/model';
import type { Hint } from '../hints/hint.ts';
import type { PlanNode } from '../plan/plan.ts';
import type { NodeFigures } from './profile.ts';

const BUCKET_LABEL = 'le';
const FUNCTIONS: ReadonlySet<string> = new Set([
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_fraction',
]);
/** So many series are named. */
const MOST_NAMED = 3;

interface Bucket {
  readonly bound: number;
  readonly count: number;
}

export function histogramNotes(node: PlanNode, input: NodeFigures | undefined): Hint[] {
  if (node.kind !== 'call' || !FUNCTIONS.has(node.expr.func.name) || !input) return [];
  const without: LabelSet[] = [];
  const native: LabelSet[] = [];
  const classic = new Map<string, { labels: LabelSet; buckets: Bucket[] }>();
  for (const [i, labels] of input.labels.entries()) {
    if (input.lastHistogram[i]) {
      native.push(labels);
      continue;
    }
    const bound = parseGoFloat(labels.get(BUCKET_LABEL));
    if (bound === undefined) {
      without.push(labels);
      continue;
    }
    const base = labels.with(BUCKET_LABEL, '');
    const known = classic.get(base.key) ?? { labels: base, buckets: [] };
    classic.set(base.key, known);
    const count = input.lastValues[i]!;
    if (!Number.isNaN(count)) known.buckets.push({ bound, count });
  }
  const texts = [
    without.length > 0 && `without a bound in the label le: ${nameSome(without)}`,
    ...fallingTexts([...classic.values()]),
    ...native
      .filter((labels) => classic.has(labels.key))
      .slice(0, MOST_NAMED)
      .map((labels) => `both classic and native, and left out: ${formatSeries(labels)}`),
  ];
  const position = node.expr.pos;
  return texts.filter((text) => text !== false).map((text) => ({ code: 'promql/histogram', text, position }));
}

function fallingTexts(histograms: readonly { labels: LabelSet; buckets: Bucket[] }[]): string[] {
  const texts: string[] = [];
  for (const { labels, buckets } of histograms) {
    buckets.sort((a, b) => a.bound - b.bound);
    const at = buckets.findIndex(({ count }, i) => i > 0 && count < buckets[i - 1]!.count);
    if (at < 0) continue;
    const [before, after] = [buckets[at - 1]!, buckets[at]!];
    const fall = `from ${formatFloatG(before.count)} at le=${formatFloatG(before.bound)} to ${formatFloatG(after.count)} at le=${formatFloatG(after.bound)}`;
    texts.push(
      `counts fall ${fall} in ${formatSeries(labels)}; buckets of different moments or targets are mixed`,
    );
    if (texts.length === MOST_NAMED) break;
  }
  return texts;
}

function nameSome(series: readonly LabelSet[]): string {
  const named = series.slice(0, MOST_NAMED).map(formatSeries).join(', ');
  return series.length > MOST_NAMED ? `${named} and ${series.length - MOST_NAMED} more` : named;
}
