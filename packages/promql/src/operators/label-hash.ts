// The hash of a label set that limit_ratio samples by: XXH64 over the names and values, each with its length
// before it (one byte, or 255 and three bytes little-endian), so that both implementations pick the same series.
import type { LabelSet } from '@prometheus-ts/model';

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

/** Where the hash lies in its range, from 0 to 1. */
export function labelHashFraction(labels: LabelSet): number {
  return Number(xxHash64(encodeLabels(labels))) / 2 ** 64;
}

function encodeLabels({ pairs }: LabelSet): Uint8Array {
  const bytes: number[] = [];
  for (const text of pairs) {
    const encoded = Buffer.from(text, 'utf8');
    const { length } = encoded;
    if (length < 255) bytes.push(length);
    else bytes.push(255, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff);
    for (const byte of encoded) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** XXH64 with seed 0, by its specification (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). */
export function xxHash64(data: Uint8Array): bigint {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const { length } = data;
  let at = 0;
  let hash: bigint;
  if (length >= 32) {
    const lanes = [wrap(PRIME_1 + PRIME_2), PRIME_2, 0n, wrap(-PRIME_1)];
    for (; at + 32 <= length; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i]!, view.getBigUint64(at + 8 * i, true));
    }
    hash = wrap(
      rotate(lanes[0]!, 1n) + rotate(lanes[1]!, 7n) + rotate(lanes[2]!, 12n) + rotate(lanes[3]!, 18n),
    );
    for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);
  } else {
    hash = PRIME_5;
  }
  hash = wrap(hash + BigInt(length));
  for (; at + 8 <= length; at += 8) {
    hash = wrap(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4);
  }
  if (at + 4 <= length) {
    const word = BigInt(view.getUint32(at, true));
    hash = wrap(rotate(hash ^ wrap(word * PRIME_1), 23n) * PRIME_2 + PRIME_3);
    at += 4;
  }
  for (; at < length; at++) hash = wrap(rotate(hash ^ wrap(BigInt(data[at]!) * PRIME_5), 11n) * PRIME_1);
  hash = wrap((hash ^ (hash >> 33n)) * PRIME_2);
  hash = wrap((hash ^ (hash >> 29n)) * PRIME_3);
  return hash ^ (hash >> 32n);
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function rotate(value: bigint, by: bigint): bigint {
  return wrap((value << by) | (value >> (64n - by)));
}

function round(lane: bigint, input: bigint): bigint {
  return wrap(rotate(wrap(lane + wrap(input * PRIME_2)), 31n) * PRIME_1);
}
