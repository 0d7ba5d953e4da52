// The symbols of an index: sorted strings by number. Where every 32nd lies is kept in memory, the rest is read.
import { Decoder } from '../bytes/decoder.ts';
import type { RandomAccessFile } from '../fs/random-access-file.ts';
import { indexCorrupt, readSection, type Toc } from './toc.ts';

const STRIDE = 32;
const CACHED = 65_536;

export class SymbolTable {
  readonly #file: RandomAccessFile;
  readonly #version: number;
  readonly #input = new Decoder();
  /** File offsets of every 32nd symbol. */
  #offsets: number[] = [];
  #count = 0;
  #end = 0;
  readonly #cache = new Map<number, string>();

  /** Throws CodedError `block-corrupt`. */
  constructor(file: RandomAccessFile, toc: Toc) {
    this.#file = file;
    this.#version = toc.version;
    const section = readSection(file, toc.symbols);
    const base = toc.symbols + 4;
    this.#end = base + section.end;
    this.#count = section.u32();
    for (let i = 0; i < this.#count; i++) {
      if (i % STRIDE === 0) this.#offsets.push(base + section.at);
      section.take(section.uvarint());
    }
    if (section.error !== '') throw indexCorrupt(file, toc.symbols, section.error);
  }

  get count(): number {
    return this.#count;
  }

  /** The symbol of a reference: its number, or in format 1 its place in the file. Throws CodedError `block-corrupt`. */
  get(ref: number): string {
    let text = this.#cache.get(ref);
    if (text !== undefined) return text;
    text = this.#version === 1 ? this.#at(ref, 0) : this.#numbered(ref);
    if (this.#cache.size >= CACHED) this.#cache.clear();
    this.#cache.set(ref, text);
    return text;
  }

  /** Calls back with every symbol in order. */
  forEach(visit: (text: string) => void): void {
    for (let i = 0; i < this.#offsets.length; i++) {
      const input = this.#span(i);
      for (let k = i * STRIDE; k < Math.min(this.#count, (i + 1) * STRIDE); k++) visit(input.string());
    }
  }

  #numbered(ref: number): string {
    if (ref >= this.#count) throw indexCorrupt(this.#file, 0, `symbol ${ref} is not there`);
    return this.#at(this.#offsets[Math.floor(ref / STRIDE)], ref % STRIDE);
  }

  #at(offset: number, skip: number): string {
    // Symbols are short; a long one is read again at its full length.
    for (let length = 4096; ; length *= 16) {
      const input = this.#file.read(offset, Math.min(length, this.#end - offset), this.#input);
      for (let k = 0; k < skip; k++) input.take(input.uvarint());
      const text = input.string();
      if (input.error === '') return text;
      if (offset + length >= this.#end) throw indexCorrupt(this.#file, offset, input.error);
    }
  }

  #span(i: number): Decoder {
    const from = this.#offsets[i];
    const to = this.#offsets[i + 1] ?? this.#end;
    const bytes = new Uint8Array(to - from);
    const input = this.#file.read(from, to - from, this.#input);
    bytes.set(input.bytes.subarray(input.at, input.end));
    return new Decoder().reset(bytes);
  }
}
