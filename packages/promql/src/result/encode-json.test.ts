import { readFileSync } from 'node:fs';
import { LabelSet } from '@prometheus-ts/model';
import { corpusPath, describeCorpus, Random } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { encodeResult } from './encode-json.ts';
import type { MatrixSeries, QueryStats, ResultValue } from './value.ts';

const NO_STATS: QueryStats = {
  timings: {
    evalTotalTime: 0,
    resultSortTime: 0,
    queryPreparationTime: 0,
    innerEvalTime: 0,
    execQueueTime: 0,
    execTotalTime: 0,
  },
  samples: { totalQueryableSamples: 0, samplesRead: 0, peakSamples: 0 },
};

function encode(value: ResultValue, stats = false): string {
  return Buffer.from(encodeResult({ value, stats: NO_STATS }, { stats })).toString();
}

function series(labels: Record<string, string>, points: [number, number | undefined][]): MatrixSeries {
  return {
    labels: LabelSet.from(labels),
    times: Float64Array.from(points, ([time]) => time),
    kinds: Uint8Array.from(points, ([, value]) => (value === undefined ? 0 : 1)),
    values: Float64Array.from(points, ([, value]) => value ?? 7),
    histograms: undefined,
  };
}

describe('results as JSON', () => {
  test('a matrix has its points in brackets and leaves holes out', () => {
    const value: ResultValue = {
      type: 'matrix',
      series: [
        series({ __name__: 'up', job: 'a' }, [
          [0, 1],
          [1500, undefined],
          [60_001, 0.25],
        ]),
        series({}, [[-1500, Number.NaN]]),
      ],
    };
    expect(encode(value)).toBe(
      '{"resultType":"matrix","result":[' +
        '{"metric":{"__name__":"up","job":"a"},"values":[[0,"1"],[60.001,"0.25"]]},' +
        '{"metric":{},"values":[[-1.500,"NaN"]]}]}',
    );
  });

  test('an empty answer is an empty list', () => {
    expect(encode({ type: 'matrix', series: [] })).toBe('{"resultType":"matrix","result":[]}');
    expect(encode({ type: 'vector', timeMs: 0, samples: [] })).toBe('{"resultType":"vector","result":[]}');
  });

  test('a vector sample is a value or a histogram', () => {
    const histogram = {
      counterReset: 0,
      schema: 0,
      zeroThreshold: 0.001,
      zeroCount: 2,
      count: 5,
      sum: 18.4,
      positiveSpans: [{ offset: 1, length: 1 }],
      negativeSpans: [],
      positiveBuckets: [3],
      negativeBuckets: [],
    } as const;
    const samples = [
      { labels: LabelSet.from({ a: 'x' }), value: -0, histogram: undefined },
      { labels: LabelSet.from({ a: 'y' }), value: 0, histogram },
    ];
    expect(encode({ type: 'vector', timeMs: 1_435_781_451_781, samples })).toBe(
      '{"resultType":"vector","result":[' +
        '{"metric":{"a":"x"},"value":[1435781451.781,"-0"]},' +
        '{"metric":{"a":"y"},"histogram":[1435781451.781,' +
        '{"count":"5","sum":"18.4","buckets":[[3,"-0.001","0.001","2"],[0,"1","2","3"]]}]}]}',
    );
  });

  test('a scalar has all its digits, unlike samples', () => {
    expect(encode({ type: 'scalar', timeMs: 1500, value: 1e21 })).toBe(
      '{"resultType":"scalar","result":[1.5,"1000000000000000000000"]}',
    );
  });

  test('labels escape little, string results escape what HTML might trip over', () => {
    const text = 'a"\\\n\r\t\b<&>\u2028\u007f\u{1f600}';
    const matrix: ResultValue = { type: 'matrix', series: [series({ l: text }, [[0, 1]])] };
    expect(encode(matrix)).toContain('"l":"a\\"\\\\\\n\\r\\t\\u0008<&>\u2028\u007f\u{1f600}"');
    expect(encode({ type: 'string', timeMs: 0, value: text })).toBe(
      '{"resultType":"string","result":[0,"a\\"\\\\\\n\\r\\t\\b\\u003c\\u0026\\u003e\\u2028\u007f\u{1f600}"]}',
    );
  });

  test('statistics follow the result where they are asked for', () => {
    expect(encode({ type: 'matrix', series: [] }, true)).toContain(
      '"stats":{"timings":{"evalTotalTime":0,"resultSortTime":0,',
    );
  });

  test('text around the result is written with it', () => {
    const value: ResultValue = { type: 'matrix', series: [] };
    const bytes = encodeResult({ value, stats: NO_STATS }, { before: '<', after: 'é>' });
    expect(Buffer.from(bytes).toString()).toBe('<{"resultType":"matrix","result":[]}é>');
  });

  test('wide copies write every float as it is printed one by one', () => {
    const random = new Random(7);
    const special = [Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, 1e21, -1e-7, 1e-6, 123456789.125];
    for (let round = 0; round < 200; round++) {
      const points: [number, number | undefined][] = [];
      for (let i = 0; i < round; i++) {
        const pick = random.float();
        const value =
          pick < 0.1
            ? undefined
            : pick < 0.3
              ? special[random.below(special.length)]!
              : (random.float() - 0.5) * 10 ** random.below(24);
        points.push([i * 1_000_000_007, value]);
      }
      if (!points.some(([, value]) => value !== undefined)) continue;
      const parsed = JSON.parse(encode({ type: 'matrix', series: [series({}, points)] }));
      const expected = points.filter((point) => point[1] !== undefined);
      expect(parsed.result[0].values.map(([time]: [number]) => time * 1000)).toEqual(
        expected.map(([time]) => expect.closeTo(time, 3)),
      );
      expect(parsed.result[0].values.map(([, text]: [number, string]) => goNumber(text))).toEqual(
        expected.map(([, value]) => value),
      );
    }
  });
});

function goNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

describeCorpus('golden/floats', 'floats of a real server', () => {
  test('are printed character for character', () => {
    const lines = readFileSync(corpusPath('golden/floats/floats.ndjson'), 'utf8').trim().split('\n');
    for (const line of lines) {
      const { literal, api } = JSON.parse(line) as { literal: string; api: string };
      const value = goNumber(literal.replace(/^\+?Inf$/, '+Inf'));
      const text = encode({ type: 'matrix', series: [series({}, [[0, value]])] });
      expect(text, literal).toContain(`[[0,"${api}"]]`);
    }
  });
});
