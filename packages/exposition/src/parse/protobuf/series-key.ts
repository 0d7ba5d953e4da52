// The bytes that name a protobuf series among the known lines of its target:
//
//   length of all of it (4) · part (4) · bound of the bucket or quantile (8) · label messages · family name
//
// The length stands first so that no key is the beginning of another.
import { type KnownLines, NEXT, RECORD } from '../known-lines.ts';

const SERIES = 1;
const HEADER = 16;

export class SeriesKey {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /**
   * @param labels tag, start and end of every label message
   * @param boundAt place of the bound in the body, -1 for none
   */
  build(
    bytes: Uint8Array,
    nameStart: number,
    nameEnd: number,
    labels: readonly number[],
    part: number,
    boundAt: number,
  ): void {
    this.#copy(bytes, nameStart, nameEnd, labels);
    const view = this.#view;
    view.setInt32(0, this.#length, true);
    // All buckets, like all quantiles, are one part; the bound tells them apart.
    view.setInt32(4, part < 0 ? part : boundAt < 0 ? 1 : 0, true);
    for (let i = 0; i < 8; i++) this.#bytes[8 + i] = boundAt < 0 ? 0 : bytes[boundAt + i]!;
  }

  /** The slot of the series, or -1. */
  find(lines: KnownLines): number {
    const slot = lines.expected;
    if (slot >= 0) {
      if (lines.startsWith(slot, this.#view, 0, this.#length)) return slot;
      const after = lines.records[slot * RECORD + NEXT]!;
      if (after >= 0 && lines.startsWith(after, this.#view, 0, this.#length)) return after;
    }
    return lines.find(this.#view, 0, this.#length);
  }

  addTo(lines: KnownLines, payload: number): number {
    const span = { start: 0, keyEnd: this.#length, prefixEnd: this.#length };
    return lines.add(this.#bytes, this.#view, span, SERIES, 0, payload);
  }

  #copy(bytes: Uint8Array, nameStart: number, nameEnd: number, labels: readonly number[]): void {
    let length = HEADER + nameEnd - nameStart;
    for (let i = 0; i < labels.length; i += 3) length += labels[i + 2]! - labels[i]!;
    if (length > this.#bytes.length) {
      this.#bytes = new Uint8Array(length * 2);
      this.#view = new DataView(this.#bytes.buffer);
    }
    const target = this.#bytes;
    let at = HEADER;
    for (let i = 0; i < labels.length; i += 3) {
      for (let from = labels[i]!; from < labels[i + 2]!; from++) target[at++] = bytes[from]!;
    }
    for (let from = nameStart; from < nameEnd; from++) target[at++] = bytes[from]!;
    this.#length = length;
  }
}
