// Floats from bytes, correctly rounded, with Go's grammar. Three ways, the first that is exact wins:
// up to 2^53 with a power of ten up to 10^22 in one float operation; up to 18 digits in double-double arithmetic
// with an error bound; everything else through the engine's own conversion.

const ZERO = 48;
/** Bytes less ZERO: digits are then 0 to 9. */
const PLUS = 43 - ZERO;
const MINUS = 45 - ZERO;
const POINT = 46 - ZERO;
const UPPER_E = 69 - ZERO;
const LOWER_E = 101 - ZERO;

/** Exact powers of ten. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const EXACT_MANTISSA = 2 ** 53;

/** Powers 10^-POWER_RANGE … 10^POWER_RANGE as unevaluated sums of two floats. */
const POWER_RANGE = 40;
const POWER_HIGH = new Float64Array(2 * POWER_RANGE + 1);
const POWER_LOW = new Float64Array(2 * POWER_RANGE + 1);
for (let exponent = -POWER_RANGE; exponent <= POWER_RANGE; exponent++) {
  const high = Number(`1e${exponent}`);
  POWER_HIGH[exponent + POWER_RANGE] = high;
  POWER_LOW[exponent + POWER_RANGE] =
    exponent < 0 ? lowOfInverse(high, -exponent) : lowOfPower(high, exponent);
}

function lowOfPower(high: number, exponent: number): number {
  return Number(10n ** BigInt(exponent) - BigInt(high));
}

/** 10^-exponent − high, rounded: both scaled by 2^300, where the remainder has some 110 significant bits. */
function lowOfInverse(high: number, exponent: number): number {
  const scale = 300n;
  const exact = (1n << scale) / 10n ** BigInt(exponent);
  // high × 2^200 is an integer: high has 53 bits and is at least 1e-40 > 2^-133.
  const scaledHigh = BigInt(high * 2 ** 200) << (scale - 200n);
  return Number(exact - scaledHigh) / 2 ** 300;
}

const SPLITTER = 2 ** 27 + 1;
/** Bound on the relative error of the double-double product below: products and sums are good to 2^-100. */
const PRODUCT_ERROR = 2 ** -98;

/**
 * (high + low) × 10^exponent, correctly rounded, or NaN where the error bound leaves two candidates.
 * Source: Dekker 1971 for the exact product; the result is in the range of normal floats.
 */
function scale(high: number, low: number, exponent: number): number {
  // high is already the rounded sum.
  if (high === 0 || exponent === 0) return high;
  if (exponent < -POWER_RANGE || exponent > POWER_RANGE) return NaN;
  const powerHigh = POWER_HIGH[exponent + POWER_RANGE]!;
  const powerLow = POWER_LOW[exponent + POWER_RANGE]!;
  const product = high * powerHigh;
  const a = SPLITTER * high;
  const highTop = a - (a - high);
  const highRest = high - highTop;
  const b = SPLITTER * powerHigh;
  const powerTop = b - (b - powerHigh);
  const powerRest = powerHigh - powerTop;
  const error =
    highRest * powerRest - (product - highTop * powerTop - highRest * powerTop - highTop * powerRest);
  const rest = error + (high * powerLow + low * powerHigh);
  const margin = product * PRODUCT_ERROR;
  const below = product + (rest - margin);
  return below === product + (rest + margin) ? below : NaN;
}

/**
 * Reads decimal numbers without allocating: the result lies in `value`, and as words in `words`. Numbers do not
 * come back as return values, because the engine boxes those.
 */
export class DecimalReader {
  readonly value = new Float64Array(1);
  /** The memory of `value`: low word, high word. */
  readonly words = new Int32Array(this.value.buffer);
  #exponent = 0;

  /**
   * Reads `[-+]digits[.digits][e[+-]digits]` at `start`; the bytes must go on behind the number.
   * @returns the place behind the number, or -1 where there is no number or one that needs `parseFloatText`
   */
  read(bytes: Uint8Array, start: number): number {
    let at = start;
    let digit = bytes[at]! - ZERO;
    const negative = digit === MINUS;
    if (negative || digit === PLUS) digit = bytes[++at]! - ZERO;
    const first = at;
    while (digit === 0) digit = bytes[++at]! - ZERO;
    // Up to nine significant digits fit a 31-bit integer.
    let mantissa = 0;
    let stop = at + 9;
    for (; digit >>> 0 <= 9 && at < stop; digit = bytes[++at]! - ZERO) {
      mantissa = (Math.imul(mantissa, 10) + digit) | 0;
    }
    let places = at - first;
    let exponent = 0;
    let fraction = -1;
    if (digit === POINT) {
      digit = bytes[++at]! - ZERO;
      fraction = at;
      stop++;
      if (mantissa === 0) {
        while (digit === 0) digit = bytes[++at]! - ZERO;
        stop = at + 9;
      }
      for (; digit >>> 0 <= 9 && at < stop; digit = bytes[++at]! - ZERO) {
        mantissa = (Math.imul(mantissa, 10) + digit) | 0;
      }
      exponent = fraction - at;
      places -= exponent;
    }
    if (digit >>> 0 <= 9) return this.#readLong(bytes, at, mantissa, fraction, negative);
    if (places === 0) return -1;
    if (digit === LOWER_E || digit === UPPER_E) {
      at = this.#readExponent(bytes, at + 1);
      if (at < 0) return -1;
      exponent += this.#exponent;
    }
    return this.#scaled(mantissa, exponent, negative) ? at : -1;
  }

  /**
   * Goes on at the tenth significant digit; up to nine more make a second integer.
   * @param fraction start of the digits behind the point, -1 where none has been seen
   */
  #readLong(bytes: Uint8Array, start: number, high: number, fraction: number, negative: boolean): number {
    let at = start;
    let point = fraction;
    let low = 0;
    let digits = 0;
    let digit = bytes[at]! - ZERO;
    for (; ; digit = bytes[++at]! - ZERO) {
      if (digit >>> 0 <= 9) {
        low = (Math.imul(low, 10) + digit) | 0;
        digits++;
      } else if (digit === POINT && point < 0) point = at + 1;
      else break;
    }
    if (digits > 9) return -1;
    let exponent = point < 0 ? 0 : point - at;
    if (digit === LOWER_E || digit === UPPER_E) {
      at = this.#readExponent(bytes, at + 1);
      if (at < 0) return -1;
      exponent += this.#exponent;
    }
    const shift = POWERS[digits]!;
    const mantissa = high * shift + low;
    if (mantissa < EXACT_MANTISSA) return this.#scaled(mantissa, exponent, negative) ? at : -1;
    const value = joinAndScale(high, shift, low, exponent);
    this.value[0] = negative ? -value : value;
    return Number.isNaN(value) ? -1 : at;
  }

  /** Leaves the exponent in `#exponent`, and answers the place behind it or -1. */
  #readExponent(bytes: Uint8Array, start: number): number {
    let at = start;
    let digit = bytes[at]! - ZERO;
    const inverse = digit === MINUS;
    if (inverse || digit === PLUS) digit = bytes[++at]! - ZERO;
    const from = at;
    let power = 0;
    for (; digit >>> 0 <= 9 && at - from < 4; digit = bytes[++at]! - ZERO) power = power * 10 + digit;
    this.#exponent = inverse ? -power : power;
    return at === from ? -1 : at;
  }

  /** Stores mantissa × 10^exponent, the mantissa exact; false where that needs more than is known here. */
  #scaled(mantissa: number, exponent: number, negative: boolean): boolean {
    let value = mantissa;
    if (exponent < 0) value = exponent >= -22 ? value / POWERS[-exponent]! : scale(value, 0, exponent);
    else if (exponent > 0) value = exponent <= 22 ? value * POWERS[exponent]! : scale(value, 0, exponent);
    this.value[0] = negative ? -value : value;
    return !Number.isNaN(value);
  }
}

/** (top × shift + rest) × 10^exponent, where top < 10^9, shift ≤ 10^9 and rest < shift: below 2^60. */
function joinAndScale(top: number, shift: number, rest: number, exponent: number): number {
  // Split at 2^15: both products have at most 45 bits and are exact.
  const upper = (top >> 15) * shift * 0x8000;
  const lower = (top & 0x7fff) * shift + rest;
  const high = upper + lower;
  const low = lower - (high - upper);
  return scale(high, low, exponent);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITY = /^[+-]?inf(?:inity)?$/i;

/** What Go's ParseFloat makes of an exposition value: a number, or the reason there is none. */
export type FloatText = { readonly value: number } | { readonly reason: 'syntax' | 'range' };

/** Decimal grammar only: upstream refuses hexadecimal floats and underscores before it parses. */
export function parseFloatText(text: string): FloatText {
  if (NUMBER.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? { value } : { reason: 'range' };
  }
  if (INFINITY.test(text)) return { value: text.startsWith('-') ? -Infinity : Infinity };
  if (/^nan$/i.test(text)) return { value: NaN };
  return { reason: 'syntax' };
}
