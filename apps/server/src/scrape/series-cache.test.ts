import { describe, expect, test } from 'vitest';
import { SeriesCache } from './series-cache.ts';

function disappeared(cache: SeriesCache): number[] {
  const refs: number[] = [];
  cache.forEachDisappeared((ref) => refs.push(ref));
  return refs;
}

/** One scrape in which the entries are seen and tracked. */
function scrape(cache: SeriesCache, entries: readonly number[], complete = true): number[] {
  for (const entry of entries) {
    cache.see(entry);
    cache.track(entry);
  }
  const gone = disappeared(cache);
  cache.finish(complete, () => {});
  return gone;
}

function withSeries(count: number): { cache: SeriesCache; entries: number[] } {
  const cache = new SeriesCache();
  const entries = Array.from({ length: count }, (_, i) => cache.addSeries(100 + i));
  scrape(cache, entries);
  return { cache, entries };
}

describe('series of a target', () => {
  test('a series that is missing disappears once', () => {
    const { cache, entries } = withSeries(3);
    expect(scrape(cache, [entries[0]!, entries[2]!])).toEqual([101]);
    expect(scrape(cache, [entries[0]!, entries[2]!])).toEqual([]);
  });

  test('nothing disappears in the first scrape', () => {
    expect(disappeared(new SeriesCache())).toEqual([]);
  });

  test('an empty scrape makes all series disappear, and the next one none', () => {
    const { cache } = withSeries(2);
    expect(scrape(cache, [], false)).toEqual([100, 101]);
    expect(scrape(cache, [], false)).toEqual([]);
  });

  test('a line without tracking (explicit timestamp) never disappears', () => {
    const cache = new SeriesCache();
    const entry = cache.addSeries(1);
    cache.finish(true, () => {});
    expect(cache.see(entry)).toBe(false);
    cache.finish(true, () => {});
    expect(disappeared(cache)).toEqual([]);
  });

  test('another text of the same series keeps it alive', () => {
    const { cache } = withSeries(1);
    const other = cache.addSeries(100);
    cache.track(other);
    expect(disappeared(cache)).toEqual([]);
  });

  test('the second line of the same text in one scrape is noticed', () => {
    const { cache, entries } = withSeries(1);
    expect(cache.see(entries[0]!)).toBe(false);
    expect(cache.see(entries[0]!)).toBe(true);
  });

  test('a broken body marks what it lacks, and what it had in the scrape after', () => {
    const { cache, entries } = withSeries(3);
    // The body breaks off after the first series; the empty scrape that follows has the same number.
    cache.see(entries[0]!);
    cache.track(entries[0]!);
    expect(disappeared(cache)).toEqual([101, 102]);
    cache.finish(false, () => {});
    expect(scrape(cache, [], false)).toEqual([100]);
  });

  test('a whole body forgets entries that it lacks; a failed one does not', () => {
    const { cache, entries } = withSeries(3);
    const forgotten: number[] = [];
    cache.finish(false, (entry) => forgotten.push(entry));
    expect(forgotten).toEqual([]);
    cache.see(entries[1]!);
    cache.finish(true, (entry) => forgotten.push(entry));
    expect(forgotten).toEqual([entries[0], entries[2]]);
    expect(cache.size).toBe(1);
    expect(cache.addSeries(200)).toBe(entries[2]);
  });

  test('a cache that grows while scrapes fail is cleared of what the scrape lacks', () => {
    const { cache, entries } = withSeries(10);
    for (let i = 0; i < 1015; i++) cache.addDropped();
    const forgotten: number[] = [];
    expect(cache.finish(false, (entry) => forgotten.push(entry))).toBe(true);
    expect(forgotten).toEqual(entries);
  });

  test('many entries keep their numbers and references', () => {
    const { cache, entries } = withSeries(5000);
    expect(cache.ref(entries[4999]!)).toBe(5099);
    expect(cache.isDropped(entries[0]!)).toBe(false);
    expect(cache.isDropped(cache.addDropped())).toBe(true);
  });
});
