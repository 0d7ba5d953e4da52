// What classic histograms amount to as native histograms with custom buckets: one series per histogram, named
// without suffix, built from the _bucket, _count and _sum series that were loaded together.
import {
  CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  compactHistogram,
  type FloatHistogram,
  type LabelSet,
  METRIC_NAME,
  parseGoFloat,
} from '@prometheus-ts/model';

export interface ClassicSample {
  readonly timeMs: number;
  readonly value: number;
}

export interface NativeSeries {
  readonly labels: LabelSet;
  readonly samples: readonly { readonly timeMs: number; readonly histogram: FloatHistogram }[];
}

/** What is known about one histogram at one time. */
interface Draft {
  /** Cumulative counts by upper bound. */
  readonly buckets: Map<number, number>;
  count: number | undefined;
  sum: number;
}

const SUFFIX = /^(.*)_(bucket|count|sum)$/s;

/** Collects series and converts them; throws Error where the counts contradict each other. */
export class ClassicHistograms {
  readonly #byLabels = new Map<string, { labels: LabelSet; drafts: Map<number, Draft> }>();

  /** Takes a series if its name says that it is part of a classic histogram. */
  add(labels: LabelSet, samples: readonly ClassicSample[]): void {
    const parts = SUFFIX.exec(labels.metricName);
    if (!parts) return;
    const [, name, part] = parts;
    const bound = part === 'bucket' ? parseGoFloat(labels.get('le')) : 0;
    if (bound === undefined || Number.isNaN(bound)) return;
    const base = labels.with('le', '').with(METRIC_NAME, name!);
    let found = this.#byLabels.get(base.key);
    if (!found) {
      found = { labels: base, drafts: new Map() };
      this.#byLabels.set(base.key, found);
    }
    for (const { timeMs, value } of samples) {
      let draft = found.drafts.get(timeMs);
      if (!draft) {
        draft = { buckets: new Map(), count: undefined, sum: 0 };
        found.drafts.set(timeMs, draft);
      }
      if (part === 'count') draft.count = value;
      else if (part === 'sum') draft.sum = value;
      else if (!draft.buckets.has(bound)) draft.buckets.set(bound, value);
    }
  }

  convert(): NativeSeries[] {
    return [...this.#byLabels.values()].map(({ labels, drafts }) => ({
      labels,
      samples: [...drafts]
        .sort(([a], [b]) => a - b)
        .map(([timeMs, draft]) => ({ timeMs, histogram: toNative(draft) })),
    }));
  }
}

function toNative(draft: Draft): FloatHistogram {
  const bounds = [...draft.buckets.keys()].sort((a, b) => a - b);
  const cumulative = bounds.map((bound) => draft.buckets.get(bound)!);
  const count = draft.count ?? cumulative.at(-1) ?? 0;
  if (bounds.at(-1) !== Infinity) {
    bounds.push(Infinity);
    cumulative.push(count);
  }
  if (count < 0 || cumulative.some((value) => value < 0)) throw new Error('count must be non-negative');
  if (cumulative.some((value, i) => i > 0 && value < cumulative[i - 1]!)) {
    throw new Error('count is not cumulative');
  }
  if (cumulative.at(-1) !== count) {
    throw new Error(`count mismatch: count=${count} != le=+Inf count=${cumulative.at(-1)}`);
  }
  return compactHistogram(
    {
      counterReset: CounterResetHint.unknown,
      schema: CUSTOM_BUCKETS_SCHEMA,
      zeroThreshold: 0,
      zeroCount: 0,
      count,
      sum: draft.sum,
      positiveSpans: [{ offset: 0, length: bounds.length }],
      negativeSpans: [],
      positiveBuckets: cumulative.map((value, i) => value - (cumulative[i - 1] ?? 0)),
      negativeBuckets: [],
      customValues: bounds.slice(0, -1),
    },
    2,
  );
}
