// What the stress test writes: every sample follows from its series and its time.

export interface StressReport {
  selects: number;
  reads: number;
  samples: number;
  readonly wrong: string[];
}

/** The words of a sample's value: every kind of change between one sample and the next. */
export function sampleWords(id: number, timeMs: number): [number, number] {
  const step = Math.floor(timeMs / 1000);
  if (id % 4 === 0) return [id >>> 0, 0x40590000];
  const low = Math.imul(step + id, 0x9e3779b1) >>> 0;
  const high = id % 4 === 1 ? 0x40000000 + (step % 7) : (Math.imul(step ^ id, 0x85ebca6b) & 0x3fffffff) >>> 0;
  return [id % 4 === 2 ? 0 : low, high];
}
