import { describe, expect, test } from 'vitest';
import { CounterResetHint, CUSTOM_BUCKETS_SCHEMA } from '../float-histogram.ts';
import { BucketCursor } from './bucket-cursor.ts';
import { histogram } from './fixtures.ts';
import { encodeHistogram, formatHistogram, formatHistogramLiteral } from './histogram-text.ts';

const exponential = histogram({
  schema: 1,
  zeroThreshold: 0.001,
  zeroCount: 2,
  sum: 18.5,
  positive: { 0: 1, 1: 0, 2: 3, 5: 1.5 },
  negative: { 1: 4, 2: 1 },
  counterReset: CounterResetHint.gauge,
});
const custom = histogram({
  schema: CUSTOM_BUCKETS_SCHEMA,
  customValues: [-1, 0.5, 10],
  sum: -3,
  positive: { 0: 1, 2: 4, 3: 1 },
});

describe('text', () => {
  test('lists the buckets that are not empty, from the lowest', () => {
    expect(formatHistogram(exponential)).toBe(
      '{count:12.5, sum:18.5, [-2,-1.414213562373095):1, [-1.414213562373095,-1):4, [-0.001,0.001]:2, ' +
        '(0.7071067811865475,1]:1, (1.414213562373095,2]:3, (4,5.65685424949238]:1.5}',
    );
    expect(formatHistogram(custom)).toBe('{count:6, sum:-3, [-Inf,-1]:1, (0.5,10]:4, (10,+Inf]:1}');
    expect(formatHistogram(histogram({}))).toBe('{count:0, sum:0}');
  });

  test('is JSON with numbers as strings for the API', () => {
    expect(JSON.parse(encodeHistogram(exponential))).toEqual({
      count: '12.5',
      sum: '18.5',
      buckets: [
        [1, '-2', '-1.414213562373095', '1'],
        [1, '-1.414213562373095', '-1', '4'],
        [3, '-0.001', '0.001', '2'],
        [0, '0.7071067811865475', '1', '1'],
        [0, '1.414213562373095', '2', '3'],
        [0, '4', '5.65685424949238', '1.5'],
      ],
    });
    expect(encodeHistogram(histogram({ sum: Number.NaN }))).toBe('{"count":"0","sum":"NaN"}');
    expect(encodeHistogram(custom)).toContain('"buckets":[[3,"-Inf","-1","1"],');
  });

  test('is the notation of test scripts', () => {
    expect(formatHistogramLiteral(exponential)).toBe(
      '{{schema:1 count:12.5 sum:18.5 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:gauge ' +
        'buckets:[1 0 3 0 0 1.5] n_offset:1 n_buckets:[4 1]}}',
    );
    expect(formatHistogramLiteral(custom)).toBe(
      '{{schema:-53 count:6 sum:-3 custom_values:[-1 0.5 10] buckets:[1 0 4 1]}}',
    );
  });
});

describe('walking over buckets', () => {
  const bounds = (cursor: BucketCursor) => {
    const found: number[][] = [];
    while (cursor.next()) found.push([cursor.lower, cursor.upper, cursor.count]);
    return found;
  };

  test('upwards and downwards is the same but for the order', () => {
    const upwards = bounds(BucketCursor.ascending(exponential));
    expect(upwards.map(([lower]) => lower)).toEqual(
      [...upwards.map(([lower]) => lower!)].sort((a, b) => a! - b!),
    );
    expect(bounds(BucketCursor.descending(exponential))).toEqual(upwards.reverse());
  });

  test('cuts buckets at the zero bucket, unless one side is walked alone', () => {
    const wide = histogram({ zeroThreshold: 1.5, zeroCount: 1, positive: { 1: 2 }, negative: { 1: 3 } });
    expect(bounds(BucketCursor.ascending(wide))).toEqual([
      [-2, -1.5, 3],
      [-1.5, 1.5, 1],
      [1.5, 2, 2],
    ]);
    expect(bounds(BucketCursor.positive(wide))).toEqual([[1, 2, 2]]);
    expect(bounds(BucketCursor.negative(wide))).toEqual([[-2, -1, 3]]);
  });

  test('leaves out an empty zero bucket, not other empty buckets', () => {
    expect(bounds(BucketCursor.ascending(histogram({ zeroThreshold: 1, positive: { 1: 0 } })))).toEqual([
      [1, 2, 0],
    ]);
  });
});
