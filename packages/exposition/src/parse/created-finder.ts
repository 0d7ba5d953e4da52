// OpenMetrics says when a counter, histogram or summary began in a `_created` line after its samples. To know it
// at the first sample, the lines ahead are read until the one with the same labels, or the end of the family.
import { METRIC_TYPES } from '@prometheus-ts/model';
import { EntryKind } from './entry.ts';
import type { LineReader } from './line-reader.ts';
import { OpenMetricsLine } from './openmetrics-line.ts';

const COUNTER = METRIC_TYPES.indexOf('counter');
const HISTOGRAM = METRIC_TYPES.indexOf('histogram');
const SUMMARY = METRIC_TYPES.indexOf('summary');
const SUFFIX = Buffer.from('_created');

/** Whether metrics of this type, an index in METRIC_TYPES, have a `_created` line. */
export function hasCreated(type: number): boolean {
  return type === COUNTER || type === HISTOGRAM || type === SUMMARY;
}

/** Whether the name of the line that was read ends in `_created`. */
export function isCreatedLine(bytes: Uint8Array, line: LineReader): boolean {
  const [start = 0, end = 0] = line.offsets;
  if (end - start < SUFFIX.length) return false;
  for (let i = 0; i < SUFFIX.length; i++) {
    if (bytes[end - SUFFIX.length + i] !== SUFFIX[i]) return false;
  }
  return true;
}

export class CreatedFinder {
  readonly #ahead = new OpenMetricsLine();
  #key = '';
  #createdMs = 0;

  /** Forgets the last answer; call it for every body. */
  reset(): void {
    this.#key = '';
  }

  /** Lets go of the body. */
  release(): void {
    this.#ahead.release();
  }

  /**
   * @param line the sample as it was read
   * @param familyLength length of the family's name, with which the sample's name begins
   * @param type of the family, an index in METRIC_TYPES
   * @param next start of the line behind the sample
   * @returns milliseconds, 0 where the body does not say
   */
  find(
    bytes: Uint8Array,
    limit: number,
    line: LineReader,
    familyLength: number,
    type: number,
    next: number,
  ): number {
    if (!hasCreated(type)) return 0;
    const [nameStart = 0, nameEnd = 0] = line.offsets;
    const key = seriesKey(bytes, line.offsets, Math.min(nameEnd, nameStart + familyLength), type);
    if (key === this.#key) return this.#createdMs;
    this.#key = key;
    this.#createdMs = this.#search(bytes, limit, key, type, next);
    return this.#createdMs;
  }

  #search(bytes: Uint8Array, limit: number, key: string, type: number, next: number): number {
    const ahead = this.#ahead;
    for (let at = next; ; at = ahead.next) {
      try {
        if (ahead.read(bytes, limit, at) !== EntryKind.series) return 0;
      } catch {
        // The parser will come to the same error.
        return 0;
      }
      if (!isCreatedLine(bytes, ahead)) continue;
      const end = ahead.offsets[1]! - SUFFIX.length;
      if (seriesKey(bytes, ahead.offsets, end, type) !== key) return 0;
      const words = Int32Array.of(ahead.valueLow, ahead.valueHigh);
      const createdMs = Math.trunc(new Float64Array(words.buffer)[0]! * 1000);
      return Number.isFinite(createdMs) ? createdMs : 0;
    }
  }
}

/** Family name and labels without those that tell the parts of a histogram or summary apart. */
function seriesKey(bytes: Uint8Array, offsets: readonly number[], nameEnd: number, type: number): string {
  const part = type === HISTOGRAM ? 'le' : type === SUMMARY ? 'quantile' : '';
  let key = text(bytes, offsets[0]!, nameEnd);
  for (let i = 2; i < offsets.length; i += 4) {
    const name = text(bytes, offsets[i]!, offsets[i + 1]!);
    if (name !== part) key += `\xff${name}\xff${text(bytes, offsets[i + 2]!, offsets[i + 3]!)}`;
  }
  return key;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
