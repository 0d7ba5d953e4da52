// A float between two places of a body: the fast reader first, Go's whole grammar after it.
import type { CodedError } from '@prometheus-ts/model';
import { decodeText, quoteBytes } from './byte-text.ts';
import { DecimalReader, parseFloatText } from './decimal.ts';

/** The words of the NaN that every NaN in an exposition becomes, 0x7ff8000000000001. */
export const NAN_LOW = 1;
export const NAN_HIGH = 0x7ff80000;

export class FloatReader {
  readonly #decimal = new DecimalReader();
  valueLow = 0;
  valueHigh = 0;

  /** The float as a number; a NaN's payload is lost. */
  get value(): number {
    return this.#decimal.value[0]!;
  }

  /** Throws what `fail` makes of upstream's message where the bytes are no float. */
  read(bytes: Uint8Array, start: number, end: number, fail: (message: string) => CodedError): void {
    const decimal = this.#decimal;
    if (decimal.read(bytes, start) !== end) {
      const text = decodeText(bytes, start, end);
      // Upstream keeps to the decimal grammar.
      if (/[pP_]/.test(text)) throw fail('unsupported character in float');
      const parsed = parseFloatText(text);
      if ('reason' in parsed) {
        const reason = parsed.reason === 'range' ? 'value out of range' : 'invalid syntax';
        throw fail(`strconv.ParseFloat: parsing ${quoteBytes(bytes, start, end)}: ${reason}`);
      }
      decimal.value[0] = parsed.value;
      if (Number.isNaN(parsed.value)) {
        decimal.words[0] = NAN_LOW;
        decimal.words[1] = NAN_HIGH;
      }
    }
    this.valueLow = decimal.words[0]!;
    this.valueHigh = decimal.words[1]!;
  }
}
