// The head's log: turns transactions into records.
import { Encoder } from '../bytes/encoder.ts';
import type { HeadLog } from '../head/head-log.ts';
import { type HeadHandle, NAME_WORDS, Name, PAIR_WORDS, Pair } from '../head/layout.ts';
import type { Transaction } from '../head/transaction.ts';
import { encodeSamples, encodeTombstones, RecordType, type Tombstone } from './record.ts';
import type { WalWriter } from './wal-writer.ts';

export class HeadWal implements HeadLog {
  readonly #writer: WalWriter;
  #lateWriter: WalWriter | undefined;
  readonly #record = new Encoder(65_536);
  readonly #walRefs: Uint32Array;
  readonly #labels: Int32Array;
  readonly #memory: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #pairs: Int32Array;
  readonly #names: Int32Array;

  /** @param lateWriter the log of out-of-order samples, where there is one */
  constructor(writer: WalWriter, lateWriter: WalWriter | undefined, handle: HeadHandle) {
    this.#lateWriter = lateWriter;
    const { buffers } = handle;
    this.#writer = writer;
    this.#walRefs = new Uint32Array(buffers.seriesWalRefs);
    this.#labels = new Int32Array(buffers.seriesLabels);
    this.#memory = new Int32Array(buffers.arena);
    this.#bytes = new Uint8Array(buffers.arena);
    this.#pairs = new Int32Array(buffers.pairs);
    this.#names = new Int32Array(buffers.names);
  }

  /** From here on out-of-order samples are logged there. */
  setLateWriter(writer: WalWriter): void {
    this.#lateWriter = writer;
  }

  log(newSlots: readonly number[], transaction: Transaction | undefined): void {
    try {
      if (newSlots.length > 0) {
        this.#encodeSeries(newSlots);
        this.#writer.write(this.#record.written);
      }
      if (transaction !== undefined && transaction.count > 0) {
        this.#record.clear();
        encodeSamples(transaction, this.#walRefs, this.#record);
        this.#writer.write(this.#record.written);
      }
    } catch (error) {
      this.#writer.discard();
      throw error;
    }
    this.#writer.flush();
  }

  logLate(transaction: Transaction): void {
    const writer = this.#lateWriter;
    if (!writer) return;
    this.#record.clear();
    encodeSamples(transaction, this.#walRefs, this.#record);
    writer.write(this.#record.written);
    writer.flush();
  }

  logTombstones(tombstones: readonly Tombstone[]): void {
    this.#record.clear();
    encodeTombstones(tombstones, this.#record);
    this.#writer.write(this.#record.written);
    this.#writer.flush();
  }

  #encodeSeries(slots: readonly number[]): void {
    const record = this.#record;
    const memory = this.#memory;
    record.clear();
    record.u8(RecordType.series);
    for (let i = 0; i < slots.length; i++) {
      record.u64(this.#walRefs[slots[i]]);
      const span = this.#labels[slots[i]];
      const count = memory[span];
      record.uvarint(count);
      for (let k = 1; k <= count; k++) {
        const pair = memory[span + k] * PAIR_WORDS;
        const name = this.#pairs[pair + Pair.name] * NAME_WORDS;
        this.#text(this.#names[name + Name.address], this.#names[name + Name.length]);
        this.#text(this.#pairs[pair + Pair.address], this.#pairs[pair + Pair.length]);
      }
    }
  }

  #text(address: number, length: number): void {
    const record = this.#record;
    record.uvarint(length);
    const at = record.reserve(length);
    const from = address * 4;
    const bytes = this.#bytes;
    const out = record.bytes;
    for (let k = 0; k < length; k++) out[at + k] = bytes[from + k];
    record.length = at + length;
  }
}
