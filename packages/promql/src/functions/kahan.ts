// Kahan–Neumaier summation, as the reference implementation sums. A sum carries the error that rounding took
// off it; an infinite sum carries none.

export class KahanSum {
  sum = 0;
  /** What rounding lost so far. */
  error = 0;

  reset(sum = 0, error = 0): void {
    this.sum = sum;
    this.error = error;
  }

  add(x: number): void {
    const { sum } = this;
    const t = sum + x;
    if (t === Infinity || t === -Infinity) this.error = 0;
    else if (Math.abs(sum) >= Math.abs(x)) this.error += sum - t + x;
    else this.error += x - t + sum;
    this.sum = t;
  }

  /** Adds another sum with its error. */
  merge(sum: number, error: number): void {
    this.add(sum);
    this.error += error;
  }

  get value(): number {
    return this.sum + this.error;
  }
}
