import { AppendOutcome, LabelSet, Matcher, SampleColumns, STALE_HIGH, STALE_LOW } from '@prometheus-ts/model';
import { Random } from '@prometheus-ts/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Head } from './head.ts';
import { HeadReader } from './head-reader.ts';
import { reserveHead } from './layout.ts';

const RANGE_MS = 7_200_000;
const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);

function open(limits: { series?: number; memory?: number } = {}) {
  const handle = reserveHead({
    folder: '',
    seriesLimit: limits.series ?? 10_000,
    memoryLimitBytes: limits.memory ?? 2 ** 26,
  });
  const head = new Head(handle, { chunkRangeMs: RANGE_MS });
  return { handle, head, reader: new HeadReader(handle) };
}

function append(head: Head, lane: number, ref: number, timeMs: number, value: number): AppendOutcome {
  float[0] = value;
  return head.appender(lane).append(ref, timeMs, words[0], words[1]);
}

function equal(name: string, value: string): Matcher {
  return new Matcher('=', name, value);
}

/** Everything that a reader sees: label set key → [time, value] rows. */
function dump(reader: HeadReader, matchers: Matcher[], minTimeMs = -Infinity, maxTimeMs = Infinity) {
  const epoch = reader.pin();
  const [set] = reader.select([{ matchers, minTimeMs, maxTimeMs }]);
  const columns = new SampleColumns(4);
  const answer: { labels: LabelSet; rows: [number, number][] }[] = [];
  for (let i = 0; i < set.length; i++) {
    set.read(i, minTimeMs, maxTimeMs, columns);
    const rows: [number, number][] = [];
    for (let k = 0; k < columns.length; k++) rows.push([columns.times[k], columns.values[k]]);
    answer.push({ labels: set.labels(i), rows });
  }
  reader.unpin(epoch);
  return answer;
}

describe('appending to the head', () => {
  test('samples come back as they went in, over many chunks', () => {
    const { head, reader } = open();
    const random = new Random(7);
    const expected = new Map<string, [number, number][]>();
    const series = Array.from({ length: 20 }, (_, n) => LabelSet.from({ __name__: 'm', n: `${n}` }));
    const refs = series.map((labels) => head.seriesRef(labels));
    for (const labels of series) expected.set(labels.key, []);
    let time = 1_700_000_000_000;
    for (let round = 0; round < 2000; round++) {
      time += 15_000 + random.below(3) * random.below(100);
      for (let n = 0; n < series.length; n++) {
        if (random.below(10) === 0) continue;
        const value = [round, random.float() * 1e6, Math.floor(random.float() * 100), 5e-324, -0, 1e300][
          n % 6
        ];
        expect(append(head, 0, refs[n], time, value)).toBe(AppendOutcome.appended);
        expected.get(series[n].key)!.push([time, value]);
      }
      head.appender(0).commit();
    }
    const found = dump(reader, [equal('__name__', 'm')]);
    expect(found.length).toBe(series.length);
    for (const { labels, rows } of found) expect(rows).toEqual(expected.get(labels.key));
    expect(head.stats().chunkCount).toBeGreaterThan(series.length * 5);
  });

  test('a staleness marker keeps its bits', () => {
    const { head, reader } = open();
    const ref = head.seriesRef(LabelSet.from({ __name__: 'm' }));
    append(head, 0, ref, 1000, 1);
    head.appender(0).commit();
    head.appender(0).append(ref, 2000, STALE_LOW, STALE_HIGH);
    head.appender(0).commit();
    const epoch = reader.pin();
    const columns = new SampleColumns();
    reader
      .select([{ matchers: [equal('__name__', 'm')], minTimeMs: 0, maxTimeMs: 9999 }])[0]
      .read(0, 0, 9999, columns);
    expect([columns.isStale(0), columns.isStale(1)]).toEqual([false, true]);
    reader.unpin(epoch);
  });

  test('any times and values survive', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            step: fc.oneof(
              fc.integer({ min: 1, max: 20 }),
              fc.integer({ min: 1, max: 2 ** 33 }),
              fc.constant(15_000),
            ),
            value: fc.oneof(fc.double(), fc.integer().map(Number), fc.constant(1)),
          }),
          { minLength: 1, maxLength: 300 },
        ),
        fc.integer({ min: -(2 ** 40), max: 2 ** 42 }),
        (samples, start) => {
          const { head, reader } = open({ memory: 2 ** 23, series: 100 });
          const ref = head.seriesRef(LabelSet.from({ __name__: 'm' }));
          let time = start;
          const rows: [number, number][] = [];
          for (const { step, value } of samples) {
            time += step;
            append(head, 0, ref, time, value);
            head.appender(0).commit();
            rows.push([time, value]);
          }
          expect(dump(reader, [])[0].rows).toEqual(rows);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('late, doubled and repeated samples are told apart', () => {
    const { head } = open();
    const ref = head.seriesRef(LabelSet.from({ __name__: 'm' }));
    const t = 1_700_000_000_000;
    append(head, 0, ref, t, 1);
    head.appender(0).commit();
    expect(append(head, 0, ref, t, 1)).toBe(AppendOutcome.appended);
    expect(append(head, 0, ref, t, 2)).toBe(AppendOutcome.duplicate);
    expect(append(head, 0, ref, t - 1, 2)).toBe(AppendOutcome.outOfOrder);
    expect(append(head, 0, ref, t - RANGE_MS / 2 - 1, 2)).toBe(AppendOutcome.outOfBounds);
    expect(append(head, 0, ref + 1, t, 2)).toBe(AppendOutcome.unknownSeries);
    expect(append(head, 0, 0, t, 2)).toBe(AppendOutcome.unknownSeries);
    expect(append(head, 0, ref + 2 ** 24, t, 2)).toBe(AppendOutcome.unknownSeries);
  });

  test('a rolled back transaction leaves no sample and the next one is not disturbed', () => {
    const { head, reader } = open();
    const old = head.seriesRef(LabelSet.from({ __name__: 'old' }));
    append(head, 0, old, 1000, 1);
    head.appender(0).commit();
    const fresh = head.seriesRef(LabelSet.from({ __name__: 'fresh' }));
    append(head, 0, old, 2000, 2);
    append(head, 0, fresh, 2000, 2);
    head.appender(0).rollback();
    expect(dump(reader, []).map(({ rows }) => rows)).toEqual([[[1000, 1]]]);
    append(head, 0, old, 2000, 3);
    head.appender(0).commit();
    expect(dump(reader, [])[0].rows).toEqual([
      [1000, 1],
      [2000, 3],
    ]);
  });

  test('the series limit is a clear error and leaves nothing behind', () => {
    const { head } = open({ series: 5 });
    const refs = Array.from({ length: 5 }, (_, n) =>
      head.seriesRef(LabelSet.from({ __name__: 'm', n: `${n}` })),
    );
    const pairs = head.stats().labelPairCount;
    expect(() => head.seriesRef(LabelSet.from({ __name__: 'm', n: 'six' }))).toThrow(
      expect.objectContaining({ code: 'head-series-limit' }),
    );
    expect(head.stats().labelPairCount).toBe(pairs);
    expect(head.seriesRef(LabelSet.from({ __name__: 'm', n: '3' }))).toBe(refs[3]);
  });

  test('the memory limit is a clear error and what was committed stays readable', () => {
    const { head, reader } = open({ memory: 2 ** 22, series: 1000 });
    const refs = Array.from({ length: 200 }, (_, n) => head.seriesRef(LabelSet.from({ n: `${n}` })));
    const random = new Random(3);
    let committed = 0;
    expect(() => {
      for (let round = 1; ; round++) {
        for (const ref of refs) append(head, 0, ref, round * 1000, random.float());
        head.appender(0).commit();
        committed = round;
      }
    }).toThrow(expect.objectContaining({ code: 'head-memory-limit' }));
    for (const { rows } of dump(reader, [])) expect(rows.length).toBe(committed);
  });
});

describe('selecting series', () => {
  const plain: Record<string, string>[] = [
    { __name__: 'up', job: 'a', instance: '1' },
    { __name__: 'up', job: 'a', instance: '2' },
    { __name__: 'up', job: 'b', instance: '1' },
    { __name__: 'up' },
    { __name__: 'down', job: 'a', zone: 'ä' },
    { __name__: 'down', job: 'a', zone: '\u{1f600}' },
    { __name__: 'down', job: 'a', zone: '\ue000' },
    { job: 'a' },
  ];
  const all = plain.map((labels) => LabelSet.from(labels));
  const matcher = fc.record({
    type: fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
    name: fc.constantFrom('__name__', 'job', 'instance', 'zone', 'absent'),
    value: fc.constantFrom('', 'up', 'a', 'b', '1', 'ä', 'a|b', '.*', '.+', 'u.*|d.*', 'a|', '(1|2)'),
  });

  test('matchers mean what they mean for one label set after the other, and the answer is sorted', () => {
    const { head, reader } = open();
    for (const labels of all) append(head, 0, head.seriesRef(labels), 1000, 1);
    head.appender(0).commit();
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 4 }), (specs) => {
        const matchers = specs.map(({ type, name, value }) => new Matcher(type, name, value));
        const wanted = all
          .filter((labels) => matchers.every((m) => m.matches(labels.get(m.name))))
          .sort((a, b) => a.compare(b));
        expect(dump(reader, matchers).map(({ labels }) => labels.key)).toEqual(wanted.map(({ key }) => key));
        const names = new Set(wanted.flatMap((labels) => Object.keys(labels.toRecord())));
        expect(reader.labelNames(matchers)).toEqual(names);
        const jobs = new Set(wanted.map((labels) => labels.get('job')).filter((job) => job !== ''));
        expect(reader.labelValues('job', matchers)).toEqual(jobs);
      }),
      { numRuns: 500 },
    );
  });

  test('series outside of the time range are left out', () => {
    const { head, reader } = open();
    const early = head.seriesRef(LabelSet.from({ n: 'early' }));
    const late = head.seriesRef(LabelSet.from({ n: 'late' }));
    append(head, 0, early, 1000, 1);
    append(head, 0, late, 5000, 1);
    head.appender(0).commit();
    const names = (min: number, max: number) =>
      dump(reader, [], min, max).map(({ labels }) => labels.get('n'));
    expect(names(0, 999)).toEqual([]);
    expect(names(0, 1000)).toEqual(['early']);
    expect(names(1001, 9000)).toEqual(['late']);
    expect(names(0, 9000)).toEqual(['early', 'late']);
  });

  test('a select sees a transaction of a lane wholly, also when another lane touched its series', () => {
    const { head, reader } = open();
    const ref = head.seriesRef(LabelSet.from({ n: '1' }));
    const a = head.openLane();
    const b = head.openLane();
    append(head, a, ref, 1000, 1);
    append(head, b, ref, 2000, 2);
    head.appender(b).commit();
    head.appender(a).commit();
    expect(dump(reader, [])[0].rows).toEqual([[2000, 2]]);
  });
});
