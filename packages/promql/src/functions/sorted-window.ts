// The values of a moving window in order. A row enters and leaves by binary search and one memory move, which
// for the widths of real windows costs less than a tree and far less than sorting each window. NaN sorts first.

export class SortedWindow {
  #values = new Float64Array(64);
  #nans = 0;
  #numbers = 0;
  #from = 0;
  #to = 0;

  /** Forgets everything; the next window may begin anywhere. */
  reset(): void {
    this.#nans = 0;
    this.#numbers = 0;
    this.#from = 0;
    this.#to = 0;
  }

  /** Moves on to rows from…to-1 of the same array; neither bound may be lower than before. */
  moveTo(rows: Float64Array, from: number, to: number): void {
    if (from >= this.#to) {
      this.reset();
      this.#from = from;
      this.#to = from;
    }
    while (this.#to < to && this.#from < from) this.#replace(rows[this.#from++]!, rows[this.#to++]!);
    while (this.#to < to) this.#insert(rows[this.#to++]!);
    while (this.#from < from) this.#remove(rows[this.#from++]!);
  }

  get size(): number {
    return this.#nans + this.#numbers;
  }

  get hasNan(): boolean {
    return this.#nans > 0;
  }

  /** The value at a rank, 0 being the lowest. */
  at(rank: number): number {
    return rank < this.#nans ? Number.NaN : this.#values[rank - this.#nans]!;
  }

  /** One leaves and one enters: only what lies between the two has to move. */
  #replace(old: number, value: number): void {
    if (Number.isNaN(old) || Number.isNaN(value)) {
      this.#remove(old);
      this.#insert(value);
      return;
    }
    const values = this.#values;
    let at = this.#lowerBound(old);
    if (value >= old) {
      const last = this.#numbers - 1;
      for (; at < last && values[at + 1]! < value; at++) values[at] = values[at + 1]!;
    } else {
      for (; at > 0 && values[at - 1]! > value; at--) values[at] = values[at - 1]!;
    }
    values[at] = value;
  }

  #insert(value: number): void {
    if (Number.isNaN(value)) {
      this.#nans++;
      return;
    }
    if (this.#numbers === this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    const at = this.#lowerBound(value);
    if (at < this.#numbers) this.#values.copyWithin(at + 1, at, this.#numbers);
    this.#values[at] = value;
    this.#numbers++;
  }

  #remove(value: number): void {
    if (Number.isNaN(value)) {
      this.#nans--;
      return;
    }
    const at = this.#lowerBound(value);
    this.#values.copyWithin(at, at + 1, this.#numbers);
    this.#numbers--;
  }

  /** The first place whose value is not below `value`. */
  #lowerBound(value: number): number {
    const values = this.#values;
    let low = 0;
    let high = this.#numbers;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
