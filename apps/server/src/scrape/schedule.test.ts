import { Random } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { offsetMs, Schedule } from './schedule.ts';

const aligned = { adjustTimestamps: true, toleranceMs: 2 };

describe('the offset of a target', () => {
  test('lies within one interval and leads to the same slot from any moment', () => {
    const random = new Random(1);
    for (let i = 0; i < 1000; i++) {
      const hash = (BigInt(random.next()) << 32n) | BigInt(random.next());
      const seed = BigInt(random.next());
      const intervalMs = random.pick([1000, 15_000, 60_000]);
      const nowMs = 1_700_000_000_000 + random.below(10_000_000);
      const slot = nowMs + offsetMs(nowMs, intervalMs, hash, seed);
      const laterMs = nowMs + random.below(intervalMs * 3);
      const later = laterMs + offsetMs(laterMs, intervalMs, hash, seed);
      expect(slot - nowMs).toBeGreaterThanOrEqual(0);
      expect(slot - nowMs).toBeLessThanOrEqual(intervalMs);
      expect((later - slot) % intervalMs).toBe(0);
    }
  });

  test('differs between servers', () => {
    expect(offsetMs(0, 60_000, 12345n, 1n)).not.toBe(offsetMs(0, 60_000, 12345n, 99n));
  });
});

describe('a schedule', () => {
  test('gives samples the time of their slot when the scrape begins in time', () => {
    const schedule = new Schedule(10_000, 1000, aligned);
    expect(schedule.begin(10_000)).toBe(10_000);
    expect(schedule.begin(11_002)).toBe(11_000);
    expect(schedule.begin(11_999)).toBe(12_000);
  });

  test('gives samples the real time when the scrape is late', () => {
    const schedule = new Schedule(10_000, 1000, aligned);
    expect(schedule.begin(10_003)).toBe(10_003);
  });

  test('tolerates no more than a hundredth of the interval', () => {
    const schedule = new Schedule(10_000, 100, aligned);
    expect(schedule.begin(10_001)).toBe(10_000);
    expect(schedule.begin(10_102)).toBe(10_102);
  });

  test('leaves times alone when told so', () => {
    const schedule = new Schedule(10_000, 1000, { adjustTimestamps: false, toleranceMs: 2 });
    expect(schedule.begin(10_001)).toBe(10_001);
  });

  test('does not drift when scrapes are late', () => {
    const schedule = new Schedule(10_000, 1000, aligned);
    schedule.begin(10_400);
    expect(schedule.delayMs(10_450)).toBe(550);
    schedule.begin(11_010);
    expect(schedule.delayMs(11_020)).toBe(980);
  });

  test('makes up for slots that passed during a scrape, once', () => {
    const schedule = new Schedule(10_000, 1000, aligned);
    schedule.begin(10_000);
    expect(schedule.delayMs(12_500)).toBe(0);
    expect(schedule.begin(12_500)).toBe(12_500);
    expect(schedule.delayMs(12_600)).toBe(400);
  });
});
