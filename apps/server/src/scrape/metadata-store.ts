import type { Metadata, MetricType } from '@prometheus-ts/model';

interface Entry extends Metadata {
  type: MetricType;
  help: string;
  unit: string;
  readonly family: string;
  /** The last scrape that had it. */
  seenAt: number;
}

/** Scrapes for which the metadata of a family that is gone is kept. */
const KEPT_SCRAPES = 10;

/**
 * What the families of one target say of themselves. A family has a number, which the parser keeps beside the
 * bytes of its lines, so that a line known from the last scrape needs no text to be made.
 */
export class MetadataStore {
  readonly #numbers = new Map<string, number>();
  readonly #entries: (Entry | undefined)[] = [];
  readonly #free: number[] = [];

  /** The number of a family, new where it is unknown; marks it as seen in this scrape. */
  family(family: string, scrape: number): number {
    let number = this.#numbers.get(family);
    if (number === undefined) {
      number = this.#free.pop() ?? this.#entries.length;
      this.#numbers.set(family, number);
      this.#entries[number] = { family, type: 'unknown', help: '', unit: '', seenAt: scrape };
    }
    this.see(number, scrape);
    return number;
  }

  /** Marks the family as seen in this scrape; false where the number is no longer given out. */
  see(number: number, scrape: number): boolean {
    const entry = this.#entries[number];
    if (entry) entry.seenAt = scrape;
    return entry !== undefined;
  }

  setType(number: number, type: MetricType): void {
    this.#entries[number]!.type = type;
  }

  setHelp(number: number, help: string): void {
    this.#entries[number]!.help = help;
  }

  setUnit(number: number, unit: string): void {
    this.#entries[number]!.unit = unit;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** Characters held, for the cache metric. */
  get bytes(): number {
    let sum = 0;
    for (const entry of this.#entries) {
      if (entry) sum += entry.help.length + entry.unit.length + entry.type.length;
    }
    return sum;
  }

  get(family: string): Metadata | undefined {
    const number = this.#numbers.get(family);
    return number === undefined ? undefined : this.#entries[number];
  }

  *entries(): IterableIterator<[string, Metadata]> {
    for (const [family, number] of this.#numbers) yield [family, this.#entries[number]!];
  }

  /** Forgets what has not been seen for a while. Only after a whole body, when the parser has forgotten it too. */
  evict(scrape: number): void {
    for (const [family, number] of this.#numbers) {
      if (scrape - this.#entries[number]!.seenAt <= KEPT_SCRAPES) continue;
      this.#numbers.delete(family);
      this.#entries[number] = undefined;
      this.#free.push(number);
    }
  }
}
