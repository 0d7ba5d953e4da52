// A label set while rules work on it. Nothing is copied before a rule changes something.
import { LabelSet } from '@prometheus-ts/model';

export class WorkingLabels {
  readonly #base: LabelSet;
  /** Undefined while nothing has changed. What rules have set comes after what was there, in the order of setting. */
  #values: Map<string, string> | undefined;
  readonly #set = new Set<string>();

  constructor(base: LabelSet) {
    this.#base = base;
  }

  /** '' for an absent label. */
  get(name: string): string {
    return this.#values ? (this.#values.get(name) ?? '') : this.#base.get(name);
  }

  /** '' removes the label. */
  set(name: string, value: string): void {
    if (value === '') {
      this.delete(name);
      return;
    }
    const values = this.#open();
    if (!this.#set.has(name)) {
      values.delete(name);
      this.#set.add(name);
    }
    values.set(name, value);
  }

  delete(name: string): void {
    if (!this.#values && this.#base.get(name) === '') return;
    this.#open().delete(name);
    this.#set.delete(name);
  }

  /** Names and values as they are now; changes do not show in it. */
  entries(): readonly (readonly [string, string])[] {
    if (this.#values) return [...this.#values];
    return Object.entries(this.#base.toRecord());
  }

  /** The set it began with, if nothing has changed. */
  finish(): LabelSet {
    if (!this.#values) return this.#base;
    const labels = LabelSet.from(this.#values);
    return labels.equals(this.#base) ? this.#base : labels;
  }

  #open(): Map<string, string> {
    if (this.#values) return this.#values;
    const { pairs } = this.#base;
    this.#values = new Map();
    for (let i = 0; i < pairs.length; i += 2) this.#values.set(pairs[i]!, pairs[i + 1]!);
    return this.#values;
  }
}
