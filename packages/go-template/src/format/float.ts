// Floats in the forms of Go's strconv.FormatFloat.
import { binaryParts, type Decimal, roundedDecimal, shortestDecimal } from './decimal.ts';

/** @param precision -1 for the shortest form that reads back */
export function formatFloatVerb(value: number, verb: string, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Math.abs(value) === Infinity) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  switch (verb) {
    case 'f':
    case 'F': {
      const decimal =
        precision < 0 ? shortestDecimal(value) : roundedDecimal(value, ({ point }) => point + precision);
      return (
        sign + fixed(decimal, precision < 0 ? Math.max(decimal.digits.length - decimal.point, 0) : precision)
      );
    }
    case 'e':
    case 'E': {
      const decimal = precision < 0 ? shortestDecimal(value) : roundedDecimal(value, () => precision + 1);
      const digits = precision < 0 ? Math.max(decimal.digits.length - 1, 0) : precision;
      return sign + exponential(decimal, digits, verb);
    }
    case 'g':
    case 'G':
      return sign + general(value, verb, precision);
    case 'b': {
      const { mantissa, exponent } = binaryParts(value);
      return `${sign}${mantissa}p${exponent >= 0 ? '+' : ''}${exponent}`;
    }
    default:
      return sign + hexadecimal(value, precision, verb);
  }
}

function general(value: number, verb: string, precision: number): string {
  const shortest = precision < 0;
  const decimal = shortest ? shortestDecimal(value) : roundedDecimal(value, () => Math.max(precision, 1));
  let limit = shortest ? 6 : Math.max(precision, 1);
  if (!shortest && limit > decimal.digits.length && decimal.digits.length >= decimal.point) {
    limit = decimal.digits.length;
  }
  const exponent = decimal.point - 1;
  if (decimal.digits !== '' && (exponent < -4 || exponent >= limit)) {
    return exponential(decimal, decimal.digits.length - 1, verb === 'g' ? 'e' : 'E');
  }
  return fixed(decimal, Math.max(decimal.digits.length - decimal.point, 0));
}

function fixed({ digits, point }: Decimal, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (places === 0) return whole;
  const lead = Math.min(Math.max(-point, 0), places);
  const fraction = '0'.repeat(lead) + digits.slice(Math.max(point, 0));
  return `${whole}.${fraction.slice(0, places).padEnd(places, '0')}`;
}

function exponential({ digits, point }: Decimal, places: number, verb: string): string {
  const exponent = digits === '' ? 0 : point - 1;
  const first = digits[0] ?? '0';
  const rest = places > 0 ? `.${digits.slice(1, places + 1).padEnd(places, '0')}` : '';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${first}${rest}${verb}${exponent < 0 ? '-' : '+'}${size}`;
}

/** 0x1.8p+01 */
function hexadecimal(value: number, precision: number, verb: string): string {
  let { mantissa, exponent } = binaryParts(value);
  if (mantissa === 0n) exponent = 0;
  else {
    // One bit in front of the point, 60 behind it: fifteen hexadecimal digits.
    const shift = 61 - mantissa.toString(2).length;
    mantissa <<= BigInt(shift);
    exponent += 60 - shift;
  }
  if (precision >= 0 && precision < 15) {
    const drop = BigInt(60 - 4 * precision);
    const rest = mantissa & ((1n << drop) - 1n);
    const half = 1n << (drop - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa += 1n;
    mantissa <<= drop;
    if (mantissa >> 61n === 1n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const fraction = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0');
  const shown =
    precision < 0 ? fraction.replace(/0+$/, '') : fraction.slice(0, precision).padEnd(precision, '0');
  const power = String(Math.abs(exponent)).padStart(2, '0');
  const text = `0x${mantissa >> 60n}${shown === '' ? '' : `.${shown}`}p${exponent < 0 ? '-' : '+'}${power}`;
  return verb === 'X' ? text.toUpperCase() : text;
}
