// The chunk encodings by the numbers that files hold.

export const Encoding = { none: 0, xor: 1, histogram: 2, floatHistogram: 3 } as const;
export type Encoding = (typeof Encoding)[keyof typeof Encoding];

/** Samples that a chunk should have. */
export const SAMPLES_PER_CHUNK = 120;
/** An XOR chunk longer than this takes no more samples: one sample needs at most 19 bytes. */
export const XOR_BYTES_MAX = 1024 - 19;
/** Every chunk begins with its number of samples, a big-endian uint16. */
export const COUNT_BYTES = 2;

/** End of the aligned range that a time lies in; no chunk and no block reaches over one. */
export function rangeEnd(timeMs: number, rangeMs: number): number {
  return Math.trunc(timeMs / rangeMs) * rangeMs + rangeMs;
}

/**
 * When a chunk that is a quarter full should end, so that chunks fill the rest of the range evenly: upstream's
 * formula, with times in milliseconds.
 */
export function chunkEnd(startMs: number, currentMs: number, endMs: number): number {
  const chunks = (endMs - startMs) / ((currentMs - startMs + 1) * 4);
  return chunks <= 1 ? endMs : Math.trunc(startMs + (endMs - startMs) / Math.floor(chunks));
}
