// Grows a byte buffer of JSON text. The hot part, `writePoints`, is made of wide copies.
import { formatFloat } from '@prometheus-ts/model';
import { Kind } from '../operators/column.ts';

/** Room for the longest text of a float, and for wide copies that run past their end. */
const FLOAT_BYTES = 32;
/** Separators up to this length are copied in three words. */
const WIDE_SEPARATOR = 24;
const COMMA_WORD = 0x2c2c2c2c;

/**
 * The texts between the values of a series, one per row: `"],[1700000000,"`. Made once for all series that
 * share their times.
 */
export class PointSeparators {
  readonly texts: string[];
  readonly lengths: Int32Array;
  /** WIDE_SEPARATOR bytes per row; ASCII, so no word can be a NaN that a copy might change. */
  readonly words: Float64Array;
  readonly longest: number;

  constructor(times: Float64Array) {
    this.texts = Array.from(times, (time) => `"],[${formatTime(time)},"`);
    this.lengths = Int32Array.from(this.texts, (text) => text.length);
    this.longest = this.lengths.reduce((a, b) => Math.max(a, b), 0);
    const bytes = Buffer.alloc(times.length * WIDE_SEPARATOR);
    this.texts.forEach((text, i) => {
      bytes.write(text.slice(0, WIDE_SEPARATOR), i * WIDE_SEPARATOR, 'latin1');
    });
    this.words = new Float64Array(bytes.buffer, bytes.byteOffset, times.length * 3);
  }
}

/** Seconds with three decimals, or none where they would be zero. */
export function formatTime(timeMs: number): string {
  const magnitude = Math.abs(timeMs);
  const fraction = magnitude % 1000;
  const whole = `${timeMs < 0 ? '-' : ''}${(magnitude - fraction) / 1000}`;
  return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(3, '0')}`;
}

export class JsonWriter {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;
  /** Floats of one series, to be formatted in one go. */
  readonly #batch: number[] = [];
  /** All floats of the batch are as JSON.stringify prints them. */
  #isBatchPlain = true;
  #digits: Buffer = Buffer.alloc(0);
  #digitsView: DataView = new DataView(new ArrayBuffer(0));

  /** @param capacity bytes to begin with; a good guess spares copies */
  constructor(capacity = 1 << 16) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = viewOf(this.#bytes);
  }

  /** The text so far; the memory belongs to the caller, who is done with the writer. */
  finish(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.buffer as ArrayBuffer, 0, this.#length);
  }

  /** Writes text of any characters. */
  write(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /**
   * Writes the floats of a series: `[time,"value"],[time,"value"]`, without the brackets around.
   * @returns how many there were
   */
  writePoints(kinds: Uint8Array, values: Float64Array, separators: PointSeparators): number {
    const count = this.#formatBatch(kinds, values);
    if (count === 0) return 0;
    this.#reserve(count * (Math.max(separators.longest, WIDE_SEPARATOR) + FLOAT_BYTES));
    const { words, lengths, texts, longest } = separators;
    const isWide = longest <= WIDE_SEPARATOR;
    const isDense = count === kinds.length;
    const isBatchPlain = this.#isBatchPlain;
    const view = this.#view;
    const digits = this.#digitsView;
    let from = 1;
    let to = this.#length;
    let isFirst = true;
    for (let row = 0; row < kinds.length; row++) {
      if (!isDense && kinds[row] !== Kind.float) continue;
      if (isFirst) {
        to += this.#bytes.write(texts[row]!.slice(3), to, 'latin1');
        isFirst = false;
      } else if (isWide) {
        view.setFloat64(to, words[3 * row]!, true);
        view.setFloat64(to + 8, words[3 * row + 1]!, true);
        view.setFloat64(to + 16, words[3 * row + 2]!, true);
        to += lengths[row]!;
      } else {
        to += this.#bytes.write(texts[row]!, to, 'latin1');
      }
      if (isBatchPlain || isPlain(values[row]!)) {
        // Copies four bytes at a time up to the comma after the number.
        for (;;) {
          const word = digits.getUint32(from, true);
          view.setUint32(to, word, true);
          const difference = word ^ COMMA_WORD;
          const found = (difference - 0x01010101) & ~difference & 0x80808080;
          if (found !== 0) {
            const bytes = (31 - Math.clz32(found & -found)) >>> 3;
            to += bytes;
            from += bytes + 1;
            break;
          }
          to += 4;
          from += 4;
        }
      } else {
        from += 2;
        to += this.#bytes.write(formatFloat(values[row]!), to, 'latin1');
      }
    }
    this.#bytes[to] = 0x22;
    this.#bytes[to + 1] = 0x5d;
    this.#length = to + 2;
    return count;
  }

  /** Formats the floats of a series by JSON.stringify, which is several times faster than one by one. */
  #formatBatch(kinds: Uint8Array, values: Float64Array): number {
    const batch = this.#batch;
    let count = 0;
    let allPlain = true;
    for (let row = 0; row < kinds.length; row++) {
      if (kinds[row] !== Kind.float) continue;
      const value = values[row]!;
      const plain = isPlain(value);
      allPlain &&= plain;
      batch[count++] = plain ? value : 0;
    }
    this.#isBatchPlain = allPlain;
    if (count === 0) return 0;
    batch.length = count;
    const text = JSON.stringify(batch);
    if (this.#digits.length < text.length + 8) {
      this.#digits = Buffer.allocUnsafeSlow(text.length * 2 + 8);
      this.#digitsView = viewOf(this.#digits);
    }
    this.#digits.write(text, 0, 'latin1');
    // The closing bracket becomes the comma that ends the last number.
    this.#digits[text.length - 1] = 0x2c;
    return count;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

/** Floats that JSON.stringify writes as the HTTP API does: no exponent, no sign of zero, finite. */
function isPlain(value: number): boolean {
  const magnitude = Math.abs(value);
  return (magnitude >= 1e-6 && magnitude < 1e21) || Object.is(value, 0);
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
