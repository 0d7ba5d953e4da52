// Floats in decimal, exactly: Go rounds to even on the float's exact value, JavaScript's toFixed does not.

/** 0.DIGITS × 10^point; no digits for zero. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const bits = new DataView(new ArrayBuffer(8));

/** Mantissa and exponent of a finite float: |value| = mantissa × 2^exponent. */
export function binaryParts(value: number): { mantissa: bigint; exponent: number } {
  bits.setFloat64(0, Math.abs(value));
  const word = bits.getBigUint64(0);
  const biased = Number(word >> 52n);
  const fraction = word & 0xf_ffff_ffff_ffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function exactDecimal(value: number): Decimal {
  const { mantissa, exponent } = binaryParts(value);
  if (mantissa === 0n) return { digits: '', point: 0 };
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return { digits, point: digits.length };
  }
  // m / 2^e is m × 5^e / 10^e.
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits, point: digits.length + exponent };
}

/** The fewest digits that read back to the same float. */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [digits, exponent] = Math.abs(value).toExponential().split('e');
  return { digits: digits!.replace('.', ''), point: Number(exponent) + 1 };
}

/** Rounded to `count` digits, half to even. The result may have fewer: trailing zeros are left out. */
export function roundedDecimal(value: number, count: (exact: Decimal) => number): Decimal {
  const exact = exactDecimal(value);
  const keep = count(exact);
  if (keep >= exact.digits.length) return exact;
  if (keep < 0) return { digits: '', point: 0 };
  const kept = exact.digits.slice(0, keep);
  const next = exact.digits[keep]!;
  const tie = next === '5' && /^0*$/.test(exact.digits.slice(keep + 1));
  const up = tie ? Number(kept.at(-1) ?? '0') % 2 === 1 : next >= '5';
  if (!up) return { digits: kept.replace(/0+$/, ''), point: exact.point };
  const raised = (BigInt(`0${kept}`) + 1n).toString();
  if (raised.length > keep) return { digits: '1', point: exact.point + 1 };
  return { digits: raised.padStart(keep, '0').replace(/0+$/, ''), point: exact.point };
}
