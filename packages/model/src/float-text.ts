// Floats as text, as Go prints and reads them. Every printed form is the shortest that reads back to the same
// float.

/** As the HTTP API prints values: decimal, but with an exponent below 1e-6 and from 1e21 on (`+Inf`, `NaN`). */
export function formatFloat(value: number): string {
  if (value - value !== 0) return formatSpecial(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const text = String(value);
  return text.includes('e') ? padExponent(text) : text;
}

/** Go's %g and %v: decimal, but with an exponent below 1e-4 and from 1e6 on. */
export function formatFloatG(value: number): string {
  if (value - value !== 0) return formatSpecial(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const magnitude = Math.abs(value);
  return magnitude < 1e-4 || magnitude >= 1e6 ? padExponent(value.toExponential()) : String(value);
}

/** As the text exposition format prints values: like %g, and without a negative zero. */
export function formatFloatExposition(value: number): string {
  return value === 0 ? '0' : formatFloatG(value);
}

/** Go's 'f' with all its digits: never an exponent. */
export function formatFloatDecimal(value: number): string {
  if (value - value !== 0) return formatSpecial(value);
  const text = formatFloat(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const digits = parts[2]! + (parts[3] ?? '');
  const exponent = Number(parts[4]);
  const places = digits.length - 1;
  if (exponent < 0) return `${parts[1]}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${parts[1]}${digits}${'0'.repeat(exponent - places)}`;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x(?=\.?[\da-f])([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i;
const SPECIAL = /^(?:([+-]?)inf(?:inity)?|nan)$/i;

/**
 * Go's strconv.ParseFloat: decimal and hexadecimal floats, underscores between digits, Inf and NaN in any case.
 * Undefined for anything else, and for numbers that are too large for a float.
 */
export function parseGoFloat(text: string): number | undefined {
  if (text.length < 30 && /^\d+$/.test(text)) return Number(text);
  const special = SPECIAL.exec(text);
  if (special) return special[1] === undefined ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  const digits = text.includes('_') ? withoutUnderscores(text) : text;
  if (digits === undefined) return undefined;
  let value: number;
  if (DECIMAL.test(digits)) value = Number(digits);
  else {
    const parts = HEXADECIMAL.exec(digits);
    if (!parts) return undefined;
    value = hexadecimal(parts[1] === '-', parts[2]!, parts[3]!, Number(parts[4]));
  }
  return value - value === 0 ? value : undefined;
}

/** An underscore stands between two digits, or behind the 0x. */
function withoutUnderscores(text: string): string | undefined {
  const hexadecimal = /^[+-]?0x/i.test(text);
  const between = hexadecimal ? /(?<=[\da-fx])_(?=[\da-f])/gi : /(?<=\d)_(?=\d)/g;
  const plain = text.replaceAll(between, '');
  return plain.includes('_') ? undefined : plain;
}

/** Rounds once, to even, however many digits there are. */
function hexadecimal(negative: boolean, whole: string, fraction: string, exponent: number): number {
  let mantissa = BigInt(`0x0${whole}${fraction}`);
  let power = exponent - 4 * fraction.length;
  if (mantissa === 0n) return negative ? -0 : 0;
  const bits = mantissa.toString(2).length;
  // 53 bits, fewer for subnormal results; and no more than the largest float anyway.
  const keep = Math.min(53, bits + power + 1074);
  if (bits + power > 1100) return Infinity;
  if (keep < 0) return negative ? -0 : 0;
  const drop = bits - keep;
  if (drop > 0) {
    const half = 1n << BigInt(drop - 1);
    const rest = mantissa & ((1n << BigInt(drop)) - 1n);
    mantissa >>= BigInt(drop);
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa += 1n;
    power += drop;
  }
  let value = Number(mantissa);
  for (; power > 1000; power -= 1000) value *= 2 ** 1000;
  for (; power < -1000; power += 1000) value *= 2 ** -1000;
  value *= 2 ** power;
  return negative ? -value : value;
}

function formatSpecial(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : 'NaN';
}

/** Go writes at least two digits of an exponent. */
function padExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
