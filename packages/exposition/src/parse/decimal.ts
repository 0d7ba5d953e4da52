// Floats from bytes, correctly rounded, with Go's grammar. Three ways, the first that is exact wins:
// up to 2^53 with a power of ten up to 10^22 in one float operation; up to 19 digits in double-double arithmetic
// with an error bound; everything else through the engine's own conversion.

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const UPPER_E = 69;
const LOWER_E = 101;

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

  /**
   * Reads `[-+]digits[.digits][e[+-]digits]` at `start`; the bytes must go on behind the number.
   * @returns the place behind the number, or -1 where there is no number or one that needs `parseFloatText`
   */
  read(bytes: Uint8Array, start: number): number {
    let at = start;
    let byte = bytes[at]!;
    const negative = byte === MINUS;
    if (negative || byte === PLUS) byte = bytes[++at]!;
    // The first 15 significant digits go into the mantissa, up to 4 more into the tail.
    let mantissa = 0;
    let tail = 0;
    let digits = 0;
    const first = at;
    for (; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) {
      if (digits < 15) mantissa = mantissa * 10 + (byte - ZERO);
      else tail = tail * 10 + (byte - ZERO);
      if (mantissa !== 0) digits++;
    }
    let places = at - first;
    let exponent = 0;
    if (byte === POINT) {
      const point = at;
      byte = bytes[++at]!;
      for (; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) {
        if (digits < 15) mantissa = mantissa * 10 + (byte - ZERO);
        else tail = tail * 10 + (byte - ZERO);
        if (mantissa !== 0) digits++;
      }
      exponent = point + 1 - at;
      places -= exponent;
    }
    if (places === 0 || digits > 19) return -1;
    if (byte === LOWER_E || byte === UPPER_E) {
      byte = bytes[++at]!;
      const inverse = byte === MINUS;
      if (inverse || byte === PLUS) byte = bytes[++at]!;
      const from = at;
      let power = 0;
      for (; byte >= ZERO && byte <= NINE && at - from < 4; byte = bytes[++at]!) {
        power = power * 10 + (byte - ZERO);
      }
      if (at === from) return -1;
      exponent += inverse ? -power : power;
    }
    let value = mantissa;
    if (digits > 15) {
      const shift = POWERS[digits - 15]!;
      value = mantissa * shift + tail;
      if (value >= EXACT_MANTISSA) {
        value = joinAndScale(mantissa, shift, tail, exponent);
        exponent = 0;
      }
    }
    if (exponent < 0) value = exponent >= -22 ? value / POWERS[-exponent]! : scale(value, 0, exponent);
    else if (exponent > 0) value = exponent <= 22 ? value * POWERS[exponent]! : scale(value, 0, exponent);
    this.value[0] = negative ? -value : value;
    return Number.isNaN(value) ? -1 : at;
  }
}

/** (mantissa × shift + tail) × 10^exponent: 10^15 × 10^4 is below 2^64, so the product is two exact halves. */
function joinAndScale(mantissa: number, shift: number, tail: number, exponent: number): number {
  // Split at 2^26: the upper product has 38 bits (shifted by 26), the lower 40.
  const upper = Math.floor(mantissa / 0x4000000);
  const lower = mantissa - upper * 0x4000000;
  const upperProduct = upper * shift * 0x4000000;
  const rest = lower * shift + tail;
  const high = upperProduct + rest;
  const low = rest - (high - upperProduct);
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
