// One series of an instant vector over all steps of a grid, as columns.
import type { FloatHistogram } from '@prometheus-ts/model';

/** What a step of a column holds. */
export const Kind = { absent: 0, float: 1, histogram: 2 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/**
 * Absence is a mark of its own, since NaN is a value. `values[i]` means something where `kinds[i]` is float,
 * `histograms[i]` where it is histogram; elsewhere both are leftovers.
 */
export class Column {
  readonly values: Float64Array;
  /** A Kind per step. */
  readonly kinds: Uint8Array;
  /** Undefined while no step holds a histogram. */
  histograms: (FloatHistogram | undefined)[] | undefined;

  constructor(values: Float64Array, kinds: Uint8Array) {
    this.values = values;
    this.kinds = kinds;
  }

  static ofSteps(steps: number): Column {
    return new Column(new Float64Array(steps), new Uint8Array(steps));
  }

  get steps(): number {
    return this.kinds.length;
  }

  /** Makes every step absent. */
  clear(): void {
    this.kinds.fill(Kind.absent);
    this.histograms = undefined;
  }

  setFloat(step: number, value: number): void {
    this.values[step] = value;
    this.kinds[step] = Kind.float;
  }

  setHistogram(step: number, histogram: FloatHistogram): void {
    this.histograms ??= new Array(this.kinds.length);
    this.histograms[step] = histogram;
    this.kinds[step] = Kind.histogram;
  }

  copyFrom(source: Column): void {
    this.values.set(source.values);
    this.kinds.set(source.kinds);
    this.histograms = source.histograms?.slice();
  }

  /** Steps that hold something. */
  count(): number {
    const kinds = this.kinds;
    let count = 0;
    for (let i = 0; i < kinds.length; i++) if (kinds[i] !== Kind.absent) count++;
    return count;
  }
}

const SLAB_STEPS = 65_536;

/** Hands out columns from larger slabs, because a typed array of its own costs a microsecond per series. */
export class ColumnArena {
  readonly #steps: number;
  #values = new Float64Array(0);
  #kinds = new Uint8Array(0);
  #used = 0;

  constructor(steps: number) {
    this.#steps = steps;
  }

  /** A cleared column that belongs to the caller. */
  take(): Column {
    const steps = this.#steps;
    if (this.#used + steps > this.#kinds.length) {
      // Start small: most queries keep a handful of series.
      const length = Math.max(steps, Math.min(Math.max(this.#kinds.length * 2, steps * 4), SLAB_STEPS));
      this.#values = new Float64Array(length);
      this.#kinds = new Uint8Array(length);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += steps;
    return new Column(this.#values.subarray(from, from + steps), this.#kinds.subarray(from, from + steps));
  }

  copy(source: Column): Column {
    const column = this.take();
    column.copyFrom(source);
    return column;
  }
}
