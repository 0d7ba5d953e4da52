// What a native histogram counts towards the sample limits.
import type { FloatHistogram } from '@prometheus-ts/model';

/** Bytes of the fixed fields in the reference implementation, whose counting this follows. */
const FIXED_BYTES = 168;

/** In bytes, as the reference implementation reckons. */
export function histogramBytes(h: FloatHistogram): number {
  return (
    FIXED_BYTES +
    8 *
      (h.positiveSpans.length +
        h.negativeSpans.length +
        h.positiveBuckets.length +
        h.negativeBuckets.length +
        (h.customValues?.length ?? 0))
  );
}

/** In samples: a float with its time has 16 bytes. */
export function histogramWeight(h: FloatHistogram): number {
  return Math.floor((histogramBytes(h) + 8) / 16);
}
