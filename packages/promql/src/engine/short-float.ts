// Floats with few digits in messages, as Go's %.2g and the like write them.

/** At most `digits` significant digits, an exponent below 1e-4 and from 10^digits on, no trailing zeros. */
export function formatDigits(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  const scientific = value.toExponential(digits - 1);
  const at = scientific.indexOf('e');
  const exponent = Number(scientific.slice(at + 1));
  if (exponent >= -4 && exponent < digits) return String(Number(scientific));
  const mantissa = String(Number(scientific.slice(0, at)));
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
