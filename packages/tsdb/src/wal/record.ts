// The records of the log: their types and the codecs of those that the head writes and reads.
import { CodedError } from '@prometheus-ts/model';
import type { Decoder } from '../bytes/decoder.ts';
import type { Encoder } from '../bytes/encoder.ts';
import type { Transaction } from '../head/transaction.ts';

export const RecordType = {
  series: 1,
  samples: 2,
  tombstones: 3,
  exemplars: 4,
  mmapMarkers: 5,
  metadata: 6,
  histograms: 7,
  floatHistograms: 8,
  customHistograms: 9,
  customFloatHistograms: 10,
  samplesV2: 11,
  histogramsV2: 12,
  floatHistogramsV2: 13,
} as const;

/** Most bytes of a sample in a record: two varints and a float. */
const SAMPLE_BYTES_MAX = 10 + 10 + 8;

/**
 * Appends a samples record: the first sample's reference and time, then each sample's distance to them.
 * @param walRefs the series' numbers in the log, by slot
 */
export function encodeSamples(samples: Transaction, walRefs: Uint32Array, output: Encoder): void {
  const { slots, times, lows, highs, count } = samples;
  output.u8(RecordType.samples);
  if (count === 0) return;
  const firstRef = walRefs[slots[0]];
  const firstTime = times[0];
  output.u64(firstRef);
  output.u64(firstTime);
  let at = output.reserve(count * SAMPLE_BYTES_MAX);
  const { bytes, view } = output;
  for (let i = 0; i < count; i++) {
    const distance = walRefs[slots[i]] - firstRef;
    if (distance >= -0x2000_0000 && distance < 0x2000_0000) {
      let zigzag = (distance << 1) ^ (distance >> 31);
      while (zigzag >= 0x80) {
        bytes[at++] = (zigzag & 0x7f) | 0x80;
        zigzag >>>= 7;
      }
      bytes[at++] = zigzag;
    } else at = putVarint(bytes, at, distance);
    const later = times[i] - firstTime;
    if (later >= -64 && later < 64) bytes[at++] = later >= 0 ? later << 1 : (-later << 1) - 1;
    else at = putVarint(bytes, at, later);
    view.setInt32(at, highs[i]);
    view.setInt32(at + 4, lows[i]);
    at += 8;
  }
  output.length = at;
}

/** One sample outside of the head: its series' number in the log, and the words of its value. */
export interface SampleRow {
  readonly ref: number;
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
}

/** Like `encodeSamples`, for rows. */
export function encodeSampleRows(rows: readonly SampleRow[], output: Encoder): void {
  output.u8(RecordType.samples);
  if (rows.length === 0) return;
  const [{ ref: firstRef, timeMs: firstTime }] = rows;
  output.u64(firstRef);
  output.u64(firstTime);
  for (const { ref, timeMs, low, high } of rows) {
    output.varint(ref - firstRef);
    output.varint(timeMs - firstTime);
    output.u32(high >>> 0);
    output.u32(low >>> 0);
  }
}

function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let zigzag = value >= 0 ? value * 2 : -value * 2 - 1;
  while (zigzag >= 0x80) {
    bytes[at++] = (zigzag % 128) | 0x80;
    zigzag = Math.floor(zigzag / 128);
  }
  bytes[at++] = zigzag;
  return at;
}

/** Calls back with every sample of a samples record whose type byte was read. */
export function decodeSamples(
  input: Decoder,
  sample: (ref: number, timeMs: number, low: number, high: number) => void,
): void {
  if (input.left === 0) return;
  const firstRef = input.u64();
  const firstTime = input.i64();
  while (input.left > 0) {
    const ref = firstRef + input.varint();
    const time = firstTime + input.varint();
    const high = input.word();
    const low = input.word();
    if (input.error === '') sample(ref, time, low, high);
  }
}

/** Calls back with every series of a series record whose type byte was read; labels as name, value, … */
export function decodeSeries(input: Decoder, series: (ref: number, labels: string[]) => void): void {
  while (input.left > 0) {
    const ref = input.u64();
    const labels = decodeLabels(input);
    if (input.error === '') series(ref, labels);
  }
}

export function decodeLabels(input: Decoder): string[] {
  const count = input.uvarint();
  const labels: string[] = [];
  for (let i = 0; i < count * 2 && input.error === ''; i++) labels.push(input.string());
  return labels;
}

export interface Tombstone {
  readonly ref: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

export function encodeTombstones(tombstones: readonly Tombstone[], output: Encoder): void {
  output.u8(RecordType.tombstones);
  for (const { ref, minTimeMs, maxTimeMs } of tombstones) {
    output.u64(ref);
    output.varint(minTimeMs);
    output.varint(maxTimeMs);
  }
}

export function decodeTombstones(input: Decoder, tombstone: (tombstone: Tombstone) => void): void {
  while (input.left > 0) {
    const ref = input.u64();
    const minTimeMs = input.varint();
    const maxTimeMs = input.varint();
    if (input.error === '') tombstone({ ref, minTimeMs, maxTimeMs });
  }
}

/** Throws CodedError `wal-record` when a decoder stumbled. */
export function requireWhole(input: Decoder, what: string): void {
  if (input.error !== '') throw new CodedError('wal-record', `decode ${what}: ${input.error}`);
}
