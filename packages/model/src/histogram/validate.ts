// What storage asks of a native histogram before it takes it.
import type { BucketSpan, FloatHistogram } from '../float-histogram.ts';
import { formatFloatDecimal, formatFloatG } from '../float-text.ts';
import { isCustomSchema, isExponentialSchema } from './bounds.ts';
import { HistogramError, invalidSchema } from './errors.ts';
import { type IntegerHistogram, toFloatHistogram } from './integer-histogram.ts';

/**
 * Throws HistogramError when spans and buckets do not fit, a count is negative, or fields are used that the
 * schema has no use for. Whether the counts add up is not checked: rounding would give false alarms.
 */
export function validateHistogram(h: FloatHistogram): void {
  checkLayout(h);
  if (!isCustomSchema(h.schema)) checkCounts(h.negativeBuckets, 'negative side: ');
  if (h.zeroCount < 0) {
    throw new HistogramError('histogram_negative_bucket_count', {
      before: `zero bucket has observation count of ${formatFloatG(h.zeroCount)}: `,
    });
  }
  if (!isCustomSchema(h.schema) && h.customValues !== undefined) {
    throw new HistogramError('histogram_exponential_custom_bounds');
  }
  if (h.count < 0) {
    throw new HistogramError('histogram_negative_count', {
      before: `observation count is  ${formatFloatG(h.count)}: `,
    });
  }
  checkCounts(h.positiveBuckets, 'positive side: ');
}

/** The same for integer counts, which have to add up exactly (unless observations of NaN are among them). */
export function validateIntegerHistogram(h: IntegerHistogram): void {
  checkLayout(h);
  const { negativeBuckets, positiveBuckets } = toFloatHistogram(h);
  if (!isCustomSchema(h.schema)) {
    checkCounts(negativeBuckets, 'negative side: ');
    if (h.customValues !== undefined) throw new HistogramError('histogram_exponential_custom_bounds');
  }
  checkCounts(positiveBuckets, 'positive side: ');
  let observed = h.zeroCount;
  for (const count of negativeBuckets) observed += count;
  for (const count of positiveBuckets) observed += count;
  const details = {
    before: `${observed} observations found in buckets, but the Count field is ${h.count}: `,
  };
  if (Number.isNaN(h.sum)) {
    if (observed > h.count) throw new HistogramError('histogram_count_not_big_enough', details);
  } else if (observed !== h.count) throw new HistogramError('histogram_count_mismatch', details);
}

function checkLayout(h: FloatHistogram | IntegerHistogram): void {
  if (isCustomSchema(h.schema)) {
    checkCustomBounds(h.customValues ?? [], h.positiveSpans, h.positiveBuckets.length);
    if (h.zeroCount !== 0) throw new HistogramError('histogram_custom_buckets_zero_count');
    if (h.zeroThreshold !== 0) throw new HistogramError('histogram_custom_buckets_zero_threshold');
    if (h.negativeSpans.length > 0) throw new HistogramError('histogram_custom_buckets_negative_spans');
    if (h.negativeBuckets.length > 0) throw new HistogramError('histogram_custom_buckets_negative_buckets');
  } else if (isExponentialSchema(h.schema)) {
    checkSpans(h.positiveSpans, h.positiveBuckets.length, 'positive side: ', 1);
    checkSpans(h.negativeSpans, h.negativeBuckets.length, 'negative side: ', 1);
  } else throw invalidSchema(h.schema);
}

function checkCustomBounds(
  bounds: readonly number[],
  spans: readonly BucketSpan[],
  bucketCount: number,
): void {
  const side = 'custom buckets: ';
  let previous = -Infinity;
  for (let i = 0; i < bounds.length; i++) {
    const bound = bounds[i]!;
    if (Number.isNaN(bound)) throw new HistogramError('histogram_custom_buckets_nan', { before: side });
    if (i > 0 && bound <= previous) {
      throw new HistogramError('histogram_custom_buckets_invalid', {
        before: `${side}previous bound is ${fixed(previous)} and current is ${fixed(bound)}: `,
      });
    }
    previous = bound;
  }
  if (previous === Infinity) {
    throw new HistogramError('histogram_custom_buckets_infinite', {
      before: `${side}last +Inf bound must not be explicitly defined: `,
    });
  }
  checkSpans(spans, bucketCount, side, 0);
  const covered = spans.reduce((sum, span) => sum + span.offset + span.length, 0);
  if (bounds.length + 1 < covered) {
    throw new HistogramError('histogram_custom_buckets_mismatch', {
      before: `${side}only ${bounds.length} custom bounds defined which is insufficient to cover total span length of ${covered}: `,
    });
  }
}

/** @param signedUpTo how many spans, from the first, may have a negative offset */
function checkSpans(
  spans: readonly BucketSpan[],
  bucketCount: number,
  side: string,
  signedUpTo: number,
): void {
  let covered = 0;
  spans.forEach((span, i) => {
    if (i >= signedUpTo && span.offset < 0) {
      throw new HistogramError('histogram_span_negative_offset', {
        before: `${side}span number ${i + 1} with offset ${span.offset}: `,
      });
    }
    covered += span.length;
  });
  if (covered !== bucketCount) {
    throw new HistogramError('histogram_spans_buckets_mismatch', {
      before: `${side}spans need ${covered} buckets, have ${bucketCount} buckets: `,
    });
  }
}

function checkCounts(counts: readonly number[], side: string): void {
  counts.forEach((count, i) => {
    if (count < 0) {
      throw new HistogramError('histogram_negative_bucket_count', {
        before: `${side}bucket number ${i + 1} has observation count of ${formatFloatG(count)}: `,
      });
    }
  });
}

/** Go's %f: six digits behind the point. */
function fixed(value: number): string {
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${formatFloatDecimal(value)}.000000`;
}
