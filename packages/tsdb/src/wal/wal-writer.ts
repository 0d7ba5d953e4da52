// Appends records to the log. Everything that one `flush` covers goes to the system with one write, so a
// process that is killed loses nothing flushed. When a write fails (no space, say) the file is cut back to
// what was whole before the next attempt: nothing acknowledged is lost and nothing half is left.
import { close, closeSync, fsync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { CodedError } from '@prometheus-ts/model';
import { crc32c } from '../bytes/crc32c.ts';
import { Encoder } from '../bytes/encoder.ts';
import type { LogFunction, WalCompression } from '../options.ts';
import type { WalStats } from '../stats.ts';
import { compressRecord } from './compression.ts';
import { FRAGMENT_HEADER_BYTES, Fragment, FragmentCompression, PAGE_BYTES } from './page.ts';
import { fileSize, listSegments, segmentPath } from './segment-files.ts';

export interface WalWriterOptions {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly compression: WalCompression;
  readonly log: LogFunction;
}

export class WalWriter {
  readonly #options: WalWriterOptions;
  readonly #output = new Encoder(2 * PAGE_BYTES);
  readonly #compressed = new Encoder(PAGE_BYTES);
  #descriptor = -1;
  #segment = 0;
  /** Bytes of the segment that are safely with the system. */
  #written = 0;
  #dirty = false;
  #closed = false;
  readonly #counts = {
    bytesWritten: 0,
    recordsWritten: 0,
    pageFlushes: 0,
    pageCompletions: 0,
    writesFailed: 0,
  };

  /** Begins a new segment after the last one in the folder. */
  constructor(options: WalWriterOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    this.#openSegment((listSegments(options.folder).at(-1)?.sequence ?? -1) + 1);
  }

  get segment(): number {
    return this.#segment;
  }

  /** Adds a record to what the next `flush` writes. */
  write(record: Uint8Array): void {
    const { compression, segmentBytes } = this.#options;
    let data = record;
    let flags = 0;
    if (compression !== 'none') {
      compressRecord(compression, record, this.#compressed);
      if (this.#compressed.length < record.length) {
        data = this.#compressed.written;
        flags = compression === 'snappy' ? FragmentCompression.snappy : FragmentCompression.zstd;
      }
    }
    const position = this.#written + this.#output.length;
    if (position > 0 && data.length > roomIn(segmentBytes, position)) this.nextSegment();
    this.#frame(data, flags);
    this.#counts.recordsWritten++;
  }

  /** Hands what was written to the system. Throws CodedError `wal-write`; then nothing since the last flush counts. */
  flush(): void {
    const output = this.#output;
    if (output.length === 0) return;
    try {
      if (this.#dirty) {
        ftruncateSync(this.#descriptor, this.#written);
        this.#dirty = false;
      }
      let done = 0;
      while (done < output.length) {
        this.#dirty = true;
        done += writeSync(this.#descriptor, output.bytes, done, output.length - done, this.#written + done);
      }
      this.#dirty = false;
    } catch (cause) {
      this.#counts.writesFailed++;
      output.clear();
      const path = segmentPath(this.#options.folder, this.#segment);
      throw new CodedError('wal-write', `cannot write to ${path}: ${(cause as Error).message}`, {
        cause,
        place: { file: path, segment: this.#segment, offset: this.#written },
        hint: 'free disk space or mend access to the data folder; appending goes on by itself then',
      });
    }
    const before = Math.floor(this.#written / PAGE_BYTES);
    this.#written += output.length;
    this.#counts.bytesWritten += output.length;
    this.#counts.pageFlushes++;
    this.#counts.pageCompletions += Math.floor(this.#written / PAGE_BYTES) - before;
    output.clear();
  }

  /** Forgets what was written since the last flush. */
  discard(): void {
    this.#output.clear();
  }

  /** Ends the segment and begins the next; returns its number. The old one is synced in the background. */
  nextSegment(): number {
    const rest = PAGE_BYTES - ((this.#written + this.#output.length) % PAGE_BYTES);
    if (rest < PAGE_BYTES) this.#pad(rest);
    this.flush();
    const old = this.#descriptor;
    const oldPath = segmentPath(this.#options.folder, this.#segment);
    this.#openSegment(this.#segment + 1);
    fsync(old, (error) => {
      if (error) this.#options.log('error', 'sync previous segment', { file: oldPath, err: error });
      close(old);
    });
    return this.#segment;
  }

  /** Writes out everything, down to the disk. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.flush();
      fsyncSync(this.#descriptor);
    } finally {
      closeSync(this.#descriptor);
    }
  }

  stats(): Omit<WalStats, 'truncations' | 'corruptions'> {
    let sizeBytes = 0;
    for (const { path } of listSegments(this.#options.folder)) sizeBytes += fileSize(path);
    return { ...this.#counts, segment: this.#segment, sizeBytes };
  }

  #openSegment(segment: number): void {
    this.#descriptor = openSync(segmentPath(this.#options.folder, segment), 'wx', 0o666);
    this.#segment = segment;
    this.#written = 0;
    this.#dirty = false;
  }

  #frame(data: Uint8Array, flags: number): void {
    const output = this.#output;
    let at = 0;
    for (let fragment = 0; fragment === 0 || at < data.length; fragment++) {
      let room = PAGE_BYTES - ((this.#written + output.length) % PAGE_BYTES);
      if (room < FRAGMENT_HEADER_BYTES) {
        this.#pad(room);
        room = PAGE_BYTES;
      }
      const length = Math.min(data.length - at, room - FRAGMENT_HEADER_BYTES);
      const ends = at + length === data.length;
      const type =
        fragment === 0 ? (ends ? Fragment.full : Fragment.first) : ends ? Fragment.last : Fragment.middle;
      const header = output.reserve(FRAGMENT_HEADER_BYTES + length);
      const body = header + FRAGMENT_HEADER_BYTES;
      copy(data, at, output.bytes, body, length);
      output.bytes[header] = type | flags;
      output.view.setUint16(header + 1, length);
      output.view.setUint32(header + 3, crc32c(output.bytes, output.view, body, body + length));
      output.length = body + length;
      at += length;
    }
  }

  #pad(length: number): void {
    const at = this.#output.reserve(length);
    this.#output.bytes.fill(0, at, at + length);
    this.#output.length += length;
  }
}

/** Bytes of data that still fit into a segment behind `position`. */
function roomIn(segmentBytes: number, position: number): number {
  const inPage = PAGE_BYTES - (position % PAGE_BYTES);
  const pages = Math.floor(segmentBytes / PAGE_BYTES) - Math.floor(position / PAGE_BYTES) - 1;
  return inPage - FRAGMENT_HEADER_BYTES + Math.max(0, pages) * (PAGE_BYTES - FRAGMENT_HEADER_BYTES);
}

function copy(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): void {
  if (length < 64) for (let k = 0; k < length; k++) target[to + k] = source[from + k];
  else target.set(source.subarray(from, from + length), to);
}
