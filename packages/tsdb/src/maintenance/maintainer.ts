// What the database does by itself: cuts the head into blocks, shortens the log, compacts, deletes what is
// too old. Heavy work is handed to the maintenance thread; what must change in the head is done here, in slices.
import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Matcher, Timer } from '@prometheus-ts/model';
import { readMeta } from '../block/meta.ts';
import { newUlid } from '../block/ulid.ts';
import { rangeEnd } from '../chunk/encoding.ts';
import { blockRanges, planCompaction } from '../compact/plan.ts';
import { findExpired, type RetentionRules } from '../compact/retention.ts';
import { HEAD_CHUNKS_FOLDER, META_FILE, WAL_FOLDER, WBL_FOLDER } from '../filenames.ts';
import { folderSize } from '../fs/folder-size.ts';
import { replaceFile } from '../fs/sync.ts';
import type { Head } from '../head/head.ts';
import type { ResolvedOptions } from '../options.ts';
import { listCheckpoints } from '../wal/checkpoint.ts';
import { listSegments } from '../wal/segment-files.ts';
import type { WalWriter } from '../wal/wal-writer.ts';
import type { BlockSet } from './block-set.ts';
import type { MaintenanceThread } from './thread.ts';

const EVERY_MS = 60_000;

export interface MaintainerParts {
  readonly options: ResolvedOptions;
  readonly head: Head;
  readonly wal: WalWriter;
  /** The log of out-of-order samples, when there is one. */
  readonly lateLog: () => WalWriter | undefined;
  readonly blocks: BlockSet;
  readonly thread: MaintenanceThread;
}

export class Maintainer {
  readonly #parts: MaintainerParts;
  readonly #clock: Clock;
  readonly #ranges: readonly number[];
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  /** Samples before this are in blocks: the log needs them no more. */
  #cutUntilMs = -Infinity;
  /** What is kept; may change while the database is open. */
  retention: RetentionRules;
  readonly counts = {
    compactions: 0,
    compactionsFailed: 0,
    timeRetentions: 0,
    sizeRetentions: 0,
    walTruncations: 0,
  };

  constructor(parts: MaintainerParts) {
    this.#parts = parts;
    this.#clock = parts.options.clock;
    this.retention = parts.options;
    this.#ranges = blockRanges(parts.options.minBlockMs, parts.options.maxBlockMs);
  }

  /** Looks every minute whether there is something to do. */
  start(): void {
    if (this.#stopped) return;
    this.#timer = this.#clock.after(EVERY_MS, () => {
      void this.run().finally(() => this.start());
    });
  }

  /** Does all that is due now. Failures are logged and counted; the next run tries again. */
  run(): Promise<void> {
    this.#running ??= this.#runOnce().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends the work at the next safe point. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
    await this.#parts.thread.stop();
  }

  /** Marks samples in blocks as deleted; see Database.deleteSeries. */
  deleteFromBlocks(matchers: readonly Matcher[], minTimeMs: number, maxTimeMs: number): Promise<void> {
    return this.#alone(async () => {
      const { blocks, thread, options } = this.#parts;
      const overlapping = blocks.metas.filter(
        (meta) => meta.minTime <= maxTimeMs && meta.maxTime > minTimeMs,
      );
      if (overlapping.length === 0) return;
      const { blocks: changed } = await thread.run({
        kind: 'delete',
        folder: options.folder,
        blocks: overlapping.map(({ ulid }) => ulid),
        matchers: matchers.map(({ type, name, value }) => ({ type, name, value })),
        minTimeMs,
        maxTimeMs,
      });
      for (const { ulid } of changed) blocks.changed(ulid);
      blocks.publish(blocks.superseded());
    });
  }

  /** Writes every block with deleted samples anew, without them. */
  cleanTombstones(): Promise<void> {
    return this.#alone(async () => {
      const { blocks } = this.#parts;
      for (const { ulid, stats } of blocks.metas) if (stats.numTombstones) await this.#merge([ulid]);
    });
  }

  /** Does work of its own when no other is under way; its failure is the caller's. */
  async #alone(work: () => Promise<void>): Promise<void> {
    while (this.#running) await this.#running;
    const done = work().finally(async () => {
      await this.#parts.thread.stop();
      this.#running = undefined;
    });
    this.#running = done.catch(() => {});
    await done;
  }

  async #runOnce(): Promise<void> {
    const { log } = this.#parts.options;
    try {
      const cut = await this.#cutHead();
      await this.#truncateLog();
      if (cut) await this.#cutLate();
      await this.#compact();
      await this.#retain();
    } catch (error) {
      this.counts.compactionsFailed++;
      log('error', 'Compaction failed', { err: error });
    } finally {
      await this.#parts.thread.stop();
    }
  }

  /** Returns whether a block was cut. */
  async #cutHead(): Promise<boolean> {
    const { head, blocks, thread, options } = this.#parts;
    let cut = false;
    while (head.isCompactable && !this.#stopped) {
      const minTimeMs = head.minTimeMs;
      const maxTimeMs = rangeEnd(minTimeMs, options.minBlockMs);
      const ulid = newUlid(this.#clock.nowMs());
      const started = performance.now();
      const {
        blocks: [meta],
      } = await thread.run({ kind: 'cut', ulid, minTimeMs, maxTimeMs });
      blocks.load();
      blocks.publish(blocks.superseded());
      await blocks.readersHaveList();
      head.chunks.files?.flush();
      await head.truncate(maxTimeMs);
      await head.readersAreCurrent();
      head.chunks.files?.truncate(maxTimeMs);
      this.#cutUntilMs = maxTimeMs;
      this.counts.compactions++;
      options.log('info', 'Head cut to a block', {
        block: meta?.ulid ?? 'none',
        mint: minTimeMs,
        maxt: maxTimeMs,
        samples: meta?.stats.numSamples ?? 0,
        duration: `${Math.round(performance.now() - started)}ms`,
      });
      cut = true;
    }
    return cut;
  }

  /** Makes blocks of the out-of-order samples and shortens their log. */
  async #cutLate(): Promise<void> {
    const { head, blocks, thread, options, lateLog } = this.#parts;
    if (this.#stopped || !head.late.seal(head.table.high)) return;
    const segment = lateLog()?.nextSegment() ?? 0;
    const nowMs = this.#clock.nowMs();
    const { blocks: written } = await thread.run({ kind: 'cut-late', nowMs, rangeMs: options.minBlockMs });
    blocks.load();
    blocks.publish(blocks.superseded());
    await blocks.readersHaveList();
    head.late.dropSealed(head.table.high);
    for (const { sequence, path } of listSegments(join(options.folder, WBL_FOLDER))) {
      if (sequence < segment) unlinkSync(path);
    }
    this.counts.compactions += written.length;
    options.log('info', 'Out-of-order samples cut to blocks', {
      blocks: written.map(({ ulid }) => ulid).join(' '),
    });
  }

  /** Replaces the older two thirds of the log by a checkpoint. */
  async #truncateLog(): Promise<void> {
    const { wal, thread, options, head } = this.#parts;
    const minTimeMs = this.#cutUntilMs;
    if (minTimeMs === -Infinity || this.#stopped) return;
    this.#cutUntilMs = -Infinity;
    const folder = join(options.folder, WAL_FOLDER);
    const before = listSegments(folder);
    const first = before[0].sequence;
    // The segment that was written to so far is never part of a checkpoint.
    const last = before[before.length - 1].sequence - 1;
    wal.nextSegment();
    const to = first + Math.floor(((last - first) * 2) / 3);
    if (to <= first) return;
    const keep = Float64Array.from(head.removedSeries.keys());
    await thread.run({
      kind: 'checkpoint',
      folder,
      from: first,
      to,
      minTimeMs,
      compression: options.walCompression,
      keep,
    });
    for (const { sequence, path } of listSegments(folder)) if (sequence <= to) unlinkSync(path);
    for (const [ref, lastTimeMs] of head.removedSeries)
      if (lastTimeMs < minTimeMs) head.removedSeries.delete(ref);
    this.counts.walTruncations++;
    options.log('info', 'WAL checkpoint complete', {
      first,
      last: to,
      checkpoints: listCheckpoints(folder).length,
    });
  }

  async #compact(): Promise<void> {
    const { blocks, head } = this.#parts;
    await blocks.remove(blocks.superseded());
    while (!this.#stopped && !head.isCompactable) {
      const parents = planCompaction(blocks.metas, this.#ranges).map(({ ulid }) => ulid);
      if (parents.length === 0) return;
      await this.#merge(parents);
    }
  }

  /** Merges blocks into one and deletes them. */
  async #merge(parents: readonly string[]): Promise<void> {
    const { blocks, thread, options } = this.#parts;
    const ulid = newUlid(this.#clock.nowMs());
    try {
      const {
        blocks: [meta],
      } = await thread.run({ kind: 'compact', folder: options.folder, ulid, parents });
      options.log('info', 'Compacted blocks', { block: meta?.ulid ?? 'none', parents: parents.join(' ') });
      this.counts.compactions++;
    } catch (error) {
      for (const parent of parents) this.#mark(parent, { failed: true });
      throw error;
    }
    blocks.load();
    // When nothing was left, no new block says that the parents are done with.
    await blocks.remove(new Set([...blocks.superseded(), ...parents]));
    blocks.publish();
  }

  async #retain(): Promise<void> {
    const { blocks, options } = this.#parts;
    const other =
      folderSize(join(options.folder, WAL_FOLDER)) + folderSize(join(options.folder, HEAD_CHUNKS_FOLDER));
    const { ulids, byTime, bySize } = findExpired(blocks.sized, this.retention, other);
    if (byTime) this.counts.timeRetentions++;
    if (bySize) this.counts.sizeRetentions++;
    await blocks.remove(ulids);
  }

  #mark(ulid: string, change: { readonly failed: true }): void {
    const folder = join(this.#parts.options.folder, ulid);
    const meta = readMeta(folder);
    const marked = { ...meta, compaction: { ...meta.compaction, ...change } };
    replaceFile(join(folder, META_FILE), JSON.stringify(marked, undefined, '\t'));
  }
}
