// Native histograms as people and programs read them.
import { CounterResetHint, type FloatHistogram } from '../float-histogram.ts';
import { formatFloat, formatFloatG } from '../float-text.ts';
import { compactHistogram } from './arithmetic.ts';
import { isCustomSchema } from './bounds.ts';
import { BucketCursor } from './bucket-cursor.ts';

/** `{count:5, sum:18.4, [-0.001,0.001]:2, (1,2]:3}`; empty buckets are left out. */
export function formatHistogram(h: FloatHistogram): string {
  const negative: string[] = [];
  const positive: string[] = [];
  for (const [cursor, texts] of [
    [BucketCursor.negative(h), negative],
    [BucketCursor.positive(h), positive],
  ] as const) {
    while (cursor.next()) if (cursor.count !== 0) texts.push(formatBucket(cursor));
  }
  const parts = [`count:${formatFloatG(h.count)}`, `sum:${formatFloatG(h.sum)}`, ...negative.reverse()];
  if (h.zeroCount !== 0) {
    const [lower, upper] = [formatFloatG(-h.zeroThreshold), formatFloatG(h.zeroThreshold)];
    parts.push(`[${lower},${upper}]:${formatFloatG(h.zeroCount)}`);
  }
  return `{${[...parts, ...positive].join(', ')}}`;
}

/** `(1,2]:3`: brackets for bounds that belong to the bucket. */
function formatBucket(bucket: BucketCursor): string {
  const open = bucket.lowerInclusive ? '[' : '(';
  const close = bucket.upperInclusive ? ']' : ')';
  return `${open}${formatFloatG(bucket.lower)},${formatFloatG(bucket.upper)}${close}:${formatFloatG(bucket.count)}`;
}

/**
 * The JSON of the HTTP API: `{"count":"5","sum":"18.4","buckets":[[3,"-0.001","0.001","2"],[0,"1","2","3"]]}`.
 * The first number of a bucket says which bounds belong to it: 0 the upper, 1 the lower, 2 none, 3 both.
 */
export function encodeHistogram(h: FloatHistogram): string {
  let buckets = '';
  const cursor = BucketCursor.ascending(h);
  while (cursor.next()) {
    if (cursor.count === 0) continue;
    const bounds = cursor.lowerInclusive ? (cursor.upperInclusive ? 3 : 1) : cursor.upperInclusive ? 0 : 2;
    const [lower, upper, count] = [cursor.lower, cursor.upper, cursor.count].map(formatFloat);
    buckets += `${buckets === '' ? '' : ','}[${bounds},"${lower}","${upper}","${count}"]`;
  }
  const totals = `"count":"${formatFloat(h.count)}","sum":"${formatFloat(h.sum)}"`;
  return buckets === '' ? `{${totals}}` : `{${totals},"buckets":[${buckets}]}`;
}

/** The notation of unit tests and test scripts: `{{schema:1 count:5 sum:18.4 buckets:[2 3]}}`. */
export function formatHistogramLiteral(h: FloatHistogram): string {
  const compact = compactHistogram(h, Number.POSITIVE_INFINITY);
  const parts: string[] = [];
  if (h.schema !== 0) parts.push(`schema:${h.schema}`);
  if (h.count !== 0) parts.push(`count:${formatFloatG(h.count)}`);
  if (h.sum !== 0) parts.push(`sum:${formatFloatG(h.sum)}`);
  if (h.zeroCount !== 0) parts.push(`z_bucket:${formatFloatG(h.zeroCount)}`);
  if (h.zeroThreshold !== 0) parts.push(`z_bucket_w:${formatFloatG(h.zeroThreshold)}`);
  if (isCustomSchema(h.schema)) parts.push(`custom_values:${list(h.customValues ?? [])}`);
  const hint = HINT_WORDS.get(h.counterReset);
  if (hint) parts.push(`counter_reset_hint:${hint}`);
  for (const [prefix, spans, counts] of [
    ['', compact.positiveSpans, compact.positiveBuckets],
    ['n_', compact.negativeSpans, compact.negativeBuckets],
  ] as const) {
    if (spans[0] && spans[0].offset !== 0) parts.push(`${prefix}offset:${spans[0].offset}`);
    if (counts.length > 0) parts.push(`${prefix}buckets:${list(counts)}`);
  }
  return `{{${parts.join(' ')}}}`;
}

const HINT_WORDS: ReadonlyMap<CounterResetHint, string> = new Map([
  [CounterResetHint.reset, 'reset'],
  [CounterResetHint.notReset, 'not_reset'],
  [CounterResetHint.gauge, 'gauge'],
]);

function list(values: readonly number[]): string {
  return `[${values.map(formatFloatG).join(' ')}]`;
}
