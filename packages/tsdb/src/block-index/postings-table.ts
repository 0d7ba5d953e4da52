// Which list of series belongs to which label pair. Every 32nd value of each name is kept in memory with its
// place in the table, the rest is read when asked for.
import { compareStrings } from '@prometheus-ts/model';
import { Decoder } from '../bytes/decoder.ts';
import type { RandomAccessFile } from '../fs/random-access-file.ts';
import { indexCorrupt, readSection, type Toc } from './toc.ts';

const STRIDE = 32;
const decoder = new TextDecoder();

/** Entries of one name: sampled values, and for each where its entry lies and how many follow before the next. */
interface NameEntries {
  readonly values: string[];
  readonly positions: number[];
  readonly counts: number[];
}

export class PostingsTable {
  readonly #file: RandomAccessFile;
  readonly #names = new Map<string, NameEntries>();
  readonly #input = new Decoder();
  readonly #end: number;

  /** Throws CodedError `block-corrupt`. */
  constructor(file: RandomAccessFile, toc: Toc) {
    this.#file = file;
    const section = readSection(file, toc.postingsTable);
    const base = toc.postingsTable + 4;
    this.#end = base + section.end;
    this.#scan(section, base, toc.version === 1 ? 1 : STRIDE);
    if (section.error !== '') throw indexCorrupt(file, toc.postingsTable, section.error);
    if (toc.version === 1) for (const entries of this.#names.values()) sortEntries(entries);
  }

  /** Label names, without the empty one that stands for all series. */
  get names(): string[] {
    return [...this.#names.keys()].filter((name) => name !== '');
  }

  /** Offset of the list of a pair, 0 when there is none. */
  find(name: string, value: string): number {
    const entries = this.#names.get(name);
    if (!entries) return 0;
    const { values } = entries;
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareStrings(values[middle], value) <= 0) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    let found = 0;
    this.#walk(entries, low - 1, (text, offset) => {
      if (text === value) found = offset;
      return text !== value;
    });
    return found;
  }

  /** Calls back with every value of a name in order, until `visit` answers false. */
  forEach(name: string, visit: (value: string, offset: number) => boolean): void {
    const entries = this.#names.get(name);
    if (!entries) return;
    for (let i = 0; i < entries.values.length; i++) if (!this.#walk(entries, i, visit)) return;
  }

  /** The entries from sample `i` to before the next one. */
  #walk(entries: NameEntries, i: number, visit: (value: string, offset: number) => boolean): boolean {
    const from = entries.positions[i];
    const count = entries.counts[i];
    for (let length = 4096; ; length *= 16) {
      const whole = Math.min(length, this.#end - from);
      const input = this.#file.read(from, whole, this.#input);
      const found: [string, number][] = [];
      for (let k = 0; k < count && input.error === ''; k++) {
        input.uvarint();
        input.take(input.uvarint());
        found.push([input.string(), input.uvarint()]);
      }
      if (input.error === '') {
        for (const [value, offset] of found) if (!visit(value, offset)) return false;
        return true;
      }
      if (whole < length) throw indexCorrupt(this.#file, from, input.error);
    }
  }

  #scan(section: Decoder, base: number, stride: number): void {
    const count = section.u32();
    let entries: NameEntries | undefined;
    let nameAt = 0;
    let nameLength = -1;
    let ordinal = 0;
    for (let i = 0; i < count && section.error === ''; i++) {
      const position = base + section.at;
      if (section.uvarint() !== 2) section.fail('an entry of the postings table has no name and value');
      const length = section.uvarint();
      const at = section.take(length);
      if (at < 0) break;
      if (!entries || !sameBytes(section.bytes, nameAt, nameLength, at, length)) {
        entries = this.#entriesOf(decoder.decode(section.bytes.subarray(at, at + length)));
        nameAt = at;
        nameLength = length;
        ordinal = 0;
      }
      if (ordinal % stride === 0) {
        entries.values.push(section.string());
        entries.positions.push(position);
        entries.counts.push(1);
      } else {
        section.take(section.uvarint());
        entries.counts[entries.counts.length - 1]++;
      }
      ordinal++;
      section.uvarint();
    }
  }

  #entriesOf(name: string): NameEntries {
    let entries = this.#names.get(name);
    if (!entries) this.#names.set(name, (entries = { values: [], positions: [], counts: [] }));
    return entries;
  }
}

function sameBytes(bytes: Uint8Array, a: number, lengthA: number, b: number, lengthB: number): boolean {
  if (lengthA !== lengthB) return false;
  for (let k = 0; k < lengthA; k++) if (bytes[a + k] !== bytes[b + k]) return false;
  return true;
}

function sortEntries(entries: NameEntries): void {
  const order = entries.values
    .map((_, i) => i)
    .sort((a, b) => compareStrings(entries.values[a], entries.values[b]));
  const values = order.map((i) => entries.values[i]);
  const positions = order.map((i) => entries.positions[i]);
  for (let i = 0; i < order.length; i++) {
    entries.values[i] = values[i];
    entries.positions[i] = positions[i];
  }
}
