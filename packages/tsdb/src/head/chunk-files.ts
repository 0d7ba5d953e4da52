// The head's chunk files: closed chunks are written there soon after they are full, so that a restart need not
// build them again from the log, and when closed chunks take more memory than they may, the oldest are read
// from there instead. A ring holds the chunks that are in memory, oldest first: those already written, then
// those that wait. Format: docs/formats/head-chunks.md.
import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '../bytes/crc32c.ts';
import { Encoder } from '../bytes/encoder.ts';
import { sequenceName } from '../filenames.ts';
import type { LogFunction } from '../options.ts';
import { listSegments } from '../wal/segment-files.ts';
import type { Arena } from './arena.ts';
import { BLOCK_BITS, BLOCK_WORDS, ChunkRecord, type HeadHandle } from './layout.ts';
import { type Quarantine, Retired } from './quarantine.ts';

export const HEAD_CHUNKS_MAGIC = 0x0130bc91;
export const HEAD_CHUNKS_VERSION = 1;
export const HEAD_CHUNKS_HEADER_BYTES = 8;
/** Set in the encoding byte of a chunk of out-of-order samples. */
export const OUT_OF_ORDER_BIT = 0x80;
const FILE_BYTES = 128 * 2 ** 20;
/** Chunks that may wait before they are written. */
const BATCH = 512;
/** Commits between a failed write and the next attempt. */
const PAUSE_TICKS = 1000;
const TAIL_WORDS = BLOCK_WORDS - 1;

export interface ChunkFilesOptions {
  readonly folder: string;
  /** Memory that closed chunks may take before the oldest leave it. */
  readonly memoryBytes: number;
  readonly log: LogFunction;
}

export class ChunkFiles {
  readonly #options: ChunkFilesOptions;
  readonly #memory: Int32Array;
  readonly #floats: Float64Array;
  readonly #walRefs: Uint32Array;
  readonly #quarantine: Quarantine;
  readonly #output = new Encoder(256 * 1024);
  /** Chunk records and their series; positions count on for ever and are taken modulo the length. */
  #records = new Int32Array(4096);
  #slots = new Int32Array(4096);
  #oldest = 0;
  #unwritten = 0;
  #end = 0;
  #blocksHeld = 0;
  #descriptor = -1;
  #file = 0;
  #fileBytes = 0;
  #failing = false;
  /** Ticks until a failed write is tried again. */
  #pause = 0;
  /** Newest time in each file. */
  readonly #maxTimes = new Map<number, number>();

  constructor(handle: HeadHandle, arena: Arena, quarantine: Quarantine, options: ChunkFilesOptions) {
    this.#options = options;
    this.#memory = arena.words;
    this.#floats = arena.floats;
    this.#walRefs = new Uint32Array(handle.buffers.seriesWalRefs);
    this.#quarantine = quarantine;
    mkdirSync(options.folder, { recursive: true });
    this.#file = listSegments(options.folder).at(-1)?.sequence ?? 0;
  }

  /** Takes note of a chunk that was closed just now. */
  add(slot: number, record: number): void {
    if (this.#end - this.#oldest === this.#records.length) this.#grow();
    const at = this.#end % this.#records.length;
    this.#records[at] = record;
    this.#slots[at] = slot;
    this.#memory[record + ChunkRecord.ticket] = at + 1;
    this.#end++;
    this.#blocksHeld += blocksOf(this.#memory, record);
  }

  /** Takes note that a chunk is retired. */
  forget(record: number): void {
    const ticket = this.#memory[record + ChunkRecord.ticket];
    if (ticket === 0 || this.#records[ticket - 1] !== record) return;
    this.#records[ticket - 1] = 0;
    this.#blocksHeld -= blocksOf(this.#memory, record);
  }

  /** A chunk file that was there at the start, with its newest time. */
  restore(file: number, maxTimeMs: number): void {
    this.#maxTimes.set(file, Math.max(maxTimeMs, this.#maxTimes.get(file) ?? -Infinity));
  }

  /** Writes what waits once there is enough of it, and frees memory beyond the limit. */
  tick(): void {
    if (this.#pause > 0) this.#pause--;
    else if (this.#end - this.#unwritten >= BATCH) this.flush();
    const limit = this.#options.memoryBytes / (BLOCK_WORDS * 4);
    while (this.#blocksHeld > limit && this.#oldest < this.#unwritten) this.#releaseOldest();
  }

  /** Writes everything that waits. A failure is logged; the chunks stay in memory and are tried again. */
  flush(): void {
    while (this.#unwritten < this.#end) {
      const from = this.#unwritten;
      const to = Math.min(this.#end, from + BATCH);
      try {
        this.#write(from, to);
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#options.log('error', 'Cannot write head chunks', { err: error });
        this.#failing = true;
        this.#pause = PAUSE_TICKS;
        return;
      }
      this.#unwritten = to;
    }
  }

  /** Deletes files whose chunks all end before a time; no reader may still look for one. */
  truncate(beforeMs: number): void {
    for (const { sequence, path } of listSegments(this.#options.folder)) {
      const maxTime = this.#maxTimes.get(sequence) ?? Infinity;
      if (maxTime >= beforeMs || (sequence === this.#file && this.#descriptor >= 0)) continue;
      unlinkSync(path);
      this.#maxTimes.delete(sequence);
    }
  }

  close(): void {
    this.flush();
    this.#closeFile();
  }

  /** Closes, for another thread to take over: the newest time of each file, for its `restore`. */
  handOver(): [file: number, maxTimeMs: number][] {
    this.close();
    // The ring stays behind; what it held leaves memory with its series.
    for (let at = this.#oldest; at < this.#end; at++) {
      const record = this.#records[at % this.#records.length];
      if (record !== 0) this.#memory[record + ChunkRecord.ticket] = 0;
    }
    return [...this.#maxTimes];
  }

  #write(from: number, to: number): void {
    const output = this.#output;
    output.clear();
    if (this.#descriptor < 0 || this.#fileBytes >= FILE_BYTES) this.#nextFile();
    const places: number[] = [];
    let maxTime = this.#maxTimes.get(this.#file) ?? -Infinity;
    for (let at = from; at < to; at++) {
      const record = this.#records[at % this.#records.length];
      places.push(this.#fileBytes + output.length);
      if (record === 0) continue;
      const minTime = this.#floats[(record + ChunkRecord.minTime) >> 1];
      const end = minTime + this.#memory[record + ChunkRecord.duration];
      this.#encode(this.#walRefs[this.#slots[at % this.#slots.length]], record, minTime, end);
      if (end > maxTime) maxTime = end;
    }
    for (let done = 0; done < output.length; ) {
      done += writeSync(this.#descriptor, output.bytes, done, output.length - done, this.#fileBytes + done);
    }
    this.#fileBytes += output.length;
    this.#maxTimes.set(this.#file, maxTime);
    for (let at = from; at < to; at++) {
      const record = this.#records[at % this.#records.length];
      if (record === 0) continue;
      this.#memory[record + ChunkRecord.fileOffset] = places[at - from];
      Atomics.store(this.#memory, record + ChunkRecord.file, this.#file);
    }
  }

  #encode(walRef: number, record: number, minTimeMs: number, maxTimeMs: number): void {
    const output = this.#output;
    const memory = this.#memory;
    const bytes = (memory[record + ChunkRecord.bits] + 7) >> 3;
    const start = output.length;
    output.u64(walRef);
    output.u64(minTimeMs);
    output.u64(maxTimeMs);
    output.u8(memory[record + ChunkRecord.encoding]);
    output.uvarint(2 + bytes);
    output.u16(memory[record + ChunkRecord.count]);
    const at = output.reserve(bytes + TAIL_WORDS * 4 + 4);
    const { view } = output;
    let to = at;
    for (let block = memory[record + ChunkRecord.firstBlock]; to < at + bytes; block = memory[block]) {
      for (let k = 1; k <= TAIL_WORDS; k++, to += 4) view.setInt32(to, memory[block + k]);
    }
    output.length = at + bytes;
    output.u32(crc32c(output.bytes, output.view, start, output.length));
  }

  #releaseOldest(): void {
    const record = this.#records[this.#oldest++ % this.#records.length];
    if (record === 0) return;
    const memory = this.#memory;
    const blocks = blocksOf(memory, record);
    const first = memory[record + ChunkRecord.firstBlock];
    memory[record + ChunkRecord.ticket] = 0;
    Atomics.store(memory, record + ChunkRecord.firstBlock, 0);
    this.#quarantine.retire(Retired.blocks, first, memory[record + ChunkRecord.lastBlock], blocks);
    this.#blocksHeld -= blocks;
  }

  #nextFile(): void {
    this.#closeFile();
    const next = this.#file + 1;
    const path = join(this.#options.folder, sequenceName(next));
    this.#descriptor = openSync(path, 'w', 0o666);
    const header = new Encoder(HEAD_CHUNKS_HEADER_BYTES);
    header.u32(HEAD_CHUNKS_MAGIC);
    header.u8(HEAD_CHUNKS_VERSION);
    header.raw(new Uint8Array(3));
    writeSync(this.#descriptor, header.written, 0, header.length, 0);
    this.#file = next;
    this.#fileBytes = HEAD_CHUNKS_HEADER_BYTES;
  }

  #closeFile(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #grow(): void {
    const { length } = this.#records;
    const records = new Int32Array(length * 2);
    const slots = new Int32Array(length * 2);
    for (let at = this.#oldest; at < this.#end; at++) {
      const record = this.#records[at % length];
      records[at % (length * 2)] = record;
      slots[at % (length * 2)] = this.#slots[at % length];
      if (record !== 0) this.#memory[record + ChunkRecord.ticket] = (at % (length * 2)) + 1;
    }
    this.#records = records;
    this.#slots = slots;
  }
}

function blocksOf(memory: Int32Array, record: number): number {
  return Math.ceil(memory[record + ChunkRecord.bits] / BLOCK_BITS);
}
