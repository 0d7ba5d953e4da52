// Gathers which series have which label pair while an index is written, and gives it back pair by pair. Kept
// as two flat columns, pair number and series, which are sorted into lists at the end.

export class PostingsCollector {
  readonly #numbers = new Map<number, number>();
  /** Name and value symbol of each pair, by pair number. */
  readonly #names: number[] = [];
  readonly #values: number[] = [];
  #pairs = new Int32Array(4096);
  #series = new Uint32Array(4096);
  #length = 0;
  #every = new Uint32Array(1024);
  #everyLength = 0;

  get pairCount(): number {
    return this.#names.length;
  }

  add(name: number, value: number, series: number): void {
    const key = name * 2 ** 27 + value;
    let pair = this.#numbers.get(key);
    if (pair === undefined) {
      pair = this.#names.push(name) - 1;
      this.#values.push(value);
      this.#numbers.set(key, pair);
    }
    const at = this.#length++;
    if (at === this.#pairs.length) {
      this.#pairs = grow(this.#pairs, Int32Array);
      this.#series = grow(this.#series, Uint32Array);
    }
    this.#pairs[at] = pair;
    this.#series[at] = series;
  }

  /** Every series once, ascending. */
  addSeries(series: number): void {
    if (this.#everyLength === this.#every.length) this.#every = grow(this.#every, Uint32Array);
    this.#every[this.#everyLength++] = series;
  }

  every(): Uint32Array {
    return this.#every.subarray(0, this.#everyLength);
  }

  /** Calls back with every pair, sorted by name and value, and its series, ascending. */
  visitSorted(
    text: (symbol: number) => string,
    visit: (name: string, value: string, series: Uint32Array) => void,
  ): void {
    const count = this.pairCount;
    const starts = new Int32Array(count + 1);
    for (let i = 0; i < this.#length; i++) starts[this.#pairs[i] + 1]++;
    for (let pair = 0; pair < count; pair++) starts[pair + 1] += starts[pair];
    const cursor = starts.slice();
    const lists = new Uint32Array(this.#length);
    for (let i = 0; i < this.#length; i++) lists[cursor[this.#pairs[i]]++] = this.#series[i];
    // Symbols are numbered in order, so numbers compare as strings do.
    const order = Array.from({ length: count }, (_, pair) => pair).sort(
      (a, b) => this.#names[a] - this.#names[b] || this.#values[a] - this.#values[b],
    );
    for (const pair of order) {
      const series = lists.subarray(starts[pair], starts[pair + 1]);
      visit(text(this.#names[pair]), text(this.#values[pair]), series);
    }
  }
}

function grow<T extends Int32Array | Uint32Array>(from: T, type: new (length: number) => T): T {
  const grown = new type(from.length * 2);
  grown.set(from);
  return grown;
}
