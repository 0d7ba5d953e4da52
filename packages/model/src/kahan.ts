// Kahan-Neumaier summation: a sum that remembers what rounding took from it.

/**
 * The compensation after adding `increment` to `sum`; the new sum is plain `sum + increment`. A sum that
 * overflows has no use for a compensation.
 */
export function nextCompensation(increment: number, sum: number, compensation: number): number {
  const total = sum + increment;
  if (total === Infinity || total === -Infinity) return 0;
  return (
    compensation + (Math.abs(sum) >= Math.abs(increment) ? sum - total + increment : increment - total + sum)
  );
}

export class KahanSum {
  value: number;
  compensation = 0;

  constructor(value = 0) {
    this.value = value;
  }

  add(increment: number): void {
    this.compensation = nextCompensation(increment, this.value, this.compensation);
    this.value += increment;
  }

  scale(factor: number): void {
    this.value *= factor;
    this.compensation *= factor;
  }

  divide(by: number): void {
    this.value /= by;
    this.compensation /= by;
  }

  copy(): KahanSum {
    const copy = new KahanSum(this.value);
    copy.compensation = this.compensation;
    return copy;
  }
}
