// A label set is an immutable, sorted, flat list of names and values. An absent label and an empty value are
// the same thing everywhere, so empty values are never stored.
import { compareStrings } from './compare-strings.ts';

export const METRIC_NAME = '__name__';

export class LabelSet {
  static readonly empty = new LabelSet([]);

  /** `[name, value, name, value, …]`, names sorted by UTF-8 bytes and distinct, no empty values. Do not write. */
  readonly pairs: readonly string[];
  #key: string | undefined;

  /** Takes ownership of `pairs`, which must already keep the rules above; use `from` for anything else. */
  constructor(pairs: readonly string[]) {
    this.pairs = pairs;
  }

  /** Builds a set from any order of entries; a later entry of the same name wins, empty values drop out. */
  static from(source: Readonly<Record<string, string>> | Iterable<readonly [string, string]>): LabelSet {
    const entries = Symbol.iterator in source ? source : Object.entries(source);
    const byName = new Map<string, string>(entries as Iterable<readonly [string, string]>);
    const names = [...byName.keys()].filter((name) => byName.get(name) !== '').sort(compareStrings);
    return new LabelSet(names.flatMap((name) => [name, byName.get(name)!]));
  }

  /** Number of labels. */
  get size(): number {
    return this.pairs.length >> 1;
  }

  /** The value, or '' where the label is absent. */
  get(name: string): string {
    const pairs = this.pairs;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1]!;
    return '';
  }

  has(name: string): boolean {
    return this.get(name) !== '';
  }

  get metricName(): string {
    return this.get(METRIC_NAME);
  }

  /** A string that is equal exactly for equal label sets; computed once. */
  get key(): string {
    this.#key ??= this.pairs.join('\xff');
    return this.#key;
  }

  equals(other: LabelSet): boolean {
    const a = this.pairs;
    const b = other.pairs;
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  /** Upstream's order: label by label, name before value, the shorter first. */
  compare(other: LabelSet): number {
    const a = this.pairs;
    const b = other.pairs;
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) if (a[i] !== b[i]) return compareStrings(a[i]!, b[i]!);
    return a.length - b.length;
  }

  /** A copy without the metric name. */
  withoutName(): LabelSet {
    return this.has(METRIC_NAME) ? this.filter((name) => name !== METRIC_NAME) : this;
  }

  /** A copy with only the labels whose name `keep` accepts. */
  filter(keep: (name: string) => boolean): LabelSet {
    const pairs: string[] = [];
    for (let i = 0; i < this.pairs.length; i += 2) {
      if (keep(this.pairs[i]!)) pairs.push(this.pairs[i]!, this.pairs[i + 1]!);
    }
    return new LabelSet(pairs);
  }

  /** A copy with `name` set to `value`; '' removes it. */
  with(name: string, value: string): LabelSet {
    const entries = this.toRecord();
    entries[name] = value;
    return LabelSet.from(entries);
  }

  /** A plain object without prototype, in sorted order: what JSON answers print. */
  toRecord(): Record<string, string> {
    const record: Record<string, string> = Object.create(null);
    for (let i = 0; i < this.pairs.length; i += 2) record[this.pairs[i]!] = this.pairs[i + 1]!;
    return record;
  }
}
