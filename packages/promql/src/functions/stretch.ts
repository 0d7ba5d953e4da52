// How rate, increase and delta stretch the difference between the samples of a window to the whole window.

/** Beyond so many average distances from the edge a series counts as starting or ending in the window. */
const EDGE_THRESHOLD = 1.1;

/**
 * By how much the difference is to be multiplied, NaN where a single sample says nothing. A series that comes
 * close to an edge of the window is taken to go on beyond it; one that does not is stretched by half a sample
 * distance. A counter is not stretched to before the moment at which its slope would have had it at zero.
 * @param intervals samples in the window, less one
 * @param startTime where the counter is known to have been zero inside the window, or 0
 * @param first a counter's first value (of a histogram, its count); NaN for gauges
 */
export function stretchFactor(
  windowStart: number,
  windowEnd: number,
  firstTime: number,
  lastTime: number,
  intervals: number,
  startTime: number,
  first: number,
  difference: number,
): number {
  let sampled = (lastTime - firstTime) / 1000;
  const average = intervals > 0 ? sampled / intervals : 0;
  const threshold = average * EDGE_THRESHOLD;
  let toStart = 0;
  if (startTime !== 0) {
    sampled = (lastTime - startTime) / 1000;
  } else {
    if (intervals === 0) return Number.NaN;
    toStart = (firstTime - windowStart) / 1000;
    if (toStart >= threshold) toStart = average / 2;
    if (difference > 0 && first >= 0) {
      const toZero = sampled * (first / difference);
      if (toZero < toStart) toStart = toZero;
    }
  }
  let toEnd = (windowEnd - lastTime) / 1000;
  if (toEnd >= threshold) toEnd = average / 2;
  return sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
}
