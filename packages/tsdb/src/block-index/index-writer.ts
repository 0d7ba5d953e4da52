// Writes an index of format 2. Order of calls: all symbols, sorted; all series, sorted by labels; close.
import assert from 'node:assert/strict';
import { compareStrings, type LabelSet } from '@prometheus-ts/model';
import { crc32c } from '../bytes/crc32c.ts';
import { Encoder } from '../bytes/encoder.ts';
import { BufferedFileWriter } from '../fs/buffered-file-writer.ts';
import type { ChunkList } from './index-reader.ts';
import { PostingsCollector } from './postings-collector.ts';
import { INDEX_MAGIC, SERIES_ALIGNMENT } from './toc.ts';

const VERSION = 2;
const SEGMENT_UNIT = 2 ** 32;

export class IndexWriter {
  readonly #file: BufferedFileWriter;
  readonly #symbols = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #postings = new PostingsCollector();
  readonly #entry = new Encoder();
  readonly #toc = { symbols: 0, series: 0, labelIndices: 0, postings: 0, postingsTable: 0 };

  constructor(path: string) {
    this.#file = new BufferedFileWriter(path);
    this.#file.output.u32(INDEX_MAGIC);
    this.#file.output.u8(VERSION);
  }

  /** Writes the symbol table. */
  addSymbols(sorted: readonly string[]): void {
    this.#toc.symbols = this.#file.position;
    const section = new Encoder(64 * 1024);
    section.u32(sorted.length);
    for (const symbol of sorted) {
      this.#symbols.set(symbol, this.#names.push(symbol) - 1);
      section.string(symbol);
    }
    this.#writeSection(section);
    this.#toc.series = this.#file.position;
  }

  /** Adds a series with its chunks, in time order; labels after those of the series before. */
  addSeries(labels: LabelSet, chunks: ChunkList): void {
    this.#file.align(SERIES_ALIGNMENT);
    const series = this.#file.position / SERIES_ALIGNMENT;
    assert(series < 2 ** 32, 'the index is larger than references reach');
    const entry = this.#entry;
    entry.clear();
    const { pairs } = labels;
    entry.uvarint(labels.size);
    for (let k = 0; k < pairs.length; k += 2) {
      const name = this.#symbol(pairs[k]);
      const value = this.#symbol(pairs[k + 1]);
      entry.uvarint(name);
      entry.uvarint(value);
      this.#postings.add(name, value, series);
    }
    this.#postings.addSeries(series);
    this.#encodeChunks(chunks);
    const { output } = this.#file;
    output.uvarint(entry.length);
    output.raw(entry.written);
    output.u32(crc32c(entry.bytes, entry.view, 0, entry.length));
    this.#file.flushIfLarge();
  }

  /** Writes the postings and the tables and closes the file. */
  close(): void {
    const file = this.#file;
    this.#toc.labelIndices = file.position;
    const table = new Encoder(64 * 1024);
    table.u32(this.#postings.pairCount + 1);
    this.#toc.postings = file.position;
    this.#addPostings(table, '', '', this.#postings.every());
    this.#postings.visitSorted(
      (symbol) => this.#names[symbol],
      (name, value, series) => this.#addPostings(table, name, value, series),
    );
    this.#toc.postingsTable = file.position;
    this.#writeSection(table);
    this.#writeToc();
    file.close();
  }

  abandon(): void {
    this.#file.abandon();
  }

  #symbol(text: string): number {
    const symbol = this.#symbols.get(text);
    assert(symbol !== undefined, `the symbol ${text} was not added`);
    return symbol;
  }

  #encodeChunks(chunks: ChunkList): void {
    const entry = this.#entry;
    entry.uvarint(chunks.length);
    let lastTime = 0;
    let lastPlace = 0;
    for (let k = 0; k < chunks.length; k++) {
      const minTime = chunks.minTimes[k];
      const place = chunks.segments[k] * SEGMENT_UNIT + chunks.offsets[k];
      if (k === 0) entry.varint(minTime);
      else entry.uvarint(minTime - lastTime);
      entry.uvarint(chunks.maxTimes[k] - minTime);
      if (k === 0) entry.uvarint(place);
      else entry.varint(place - lastPlace);
      lastTime = chunks.maxTimes[k];
      lastPlace = place;
    }
  }

  #addPostings(table: Encoder, name: string, value: string, series: Uint32Array): void {
    const file = this.#file;
    file.align(4);
    table.uvarint(2);
    table.string(name);
    table.string(value);
    table.uvarint(file.position);
    const entry = this.#entry;
    entry.clear();
    const at = entry.reserve(4 + series.length * 4);
    entry.view.setUint32(at, series.length);
    for (let i = 0; i < series.length; i++) entry.view.setUint32(at + 4 + 4 * i, series[i]);
    entry.length = at + 4 + series.length * 4;
    this.#writeSection(entry);
  }

  #writeSection(section: Encoder): void {
    const { output } = this.#file;
    output.u32(section.length);
    output.raw(section.written);
    output.u32(crc32c(section.bytes, section.view, 0, section.length));
    this.#file.flushIfLarge();
  }

  #writeToc(): void {
    const { symbols, series, labelIndices, postings, postingsTable } = this.#toc;
    const { output } = this.#file;
    const start = output.length;
    // Format 2 has no label indices any more; readers find their places all the same.
    for (const offset of [symbols, series, labelIndices, postings, postingsTable, postingsTable])
      output.u64(offset);
    output.u32(crc32c(output.bytes, output.view, start, output.length));
  }
}

/** The distinct strings, in the order that symbol tables have. */
export function sortSymbols(symbols: Iterable<string>): string[] {
  return [...new Set(symbols)].sort(compareStrings);
}
