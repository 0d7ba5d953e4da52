// Typed access to the values of flags. Collectors declare theirs as plain data beside their code; the command
// line puts all of them together, so that every flag has a value by the time a collector asks.
import type { FlagValue } from '@prometheus-ts/cli';

export class FlagValues {
  readonly #values: Readonly<Record<string, FlagValue>>;
  readonly #given: ReadonlySet<string>;

  /** @param given names of the flags that the user set */
  constructor(values: Readonly<Record<string, FlagValue>>, given: ReadonlySet<string>) {
    this.#values = values;
    this.#given = given;
  }

  /** Whether the user set the flag, even to its default. */
  isSet(name: string): boolean {
    return this.#given.has(name);
  }

  string(name: string): string {
    return this.#value(name, 'string');
  }

  strings(name: string): readonly string[] {
    const value = this.#values[name];
    if (!Array.isArray(value)) throw new TypeError(`flag ${name} is not declared as repeatable`);
    return value as readonly string[];
  }

  bool(name: string): boolean {
    return this.#value(name, 'boolean');
  }

  int(name: string): number {
    return this.#value(name, 'number');
  }

  /** A duration in milliseconds. */
  durationMs(name: string): number {
    return this.#value(name, 'number');
  }

  /** Asking for a flag that nobody declared, or as another kind, is a mistake in the program. */
  #value(name: string, type: 'string'): string;
  #value(name: string, type: 'boolean'): boolean;
  #value(name: string, type: 'number'): number;
  #value(name: string, type: string): FlagValue {
    const value = this.#values[name];
    if (value === undefined || typeof value !== type) {
      throw new TypeError(`flag ${name} is not declared as a ${type}`);
    }
    return value;
  }
}
