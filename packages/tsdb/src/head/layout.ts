// The head's shared memory: which buffers there are and what each word of them means. Everything is a fixed
// SharedArrayBuffer that is reserved once, up to the configured limits; the system commits pages as they are
// touched, so a large limit costs address space only. All state of the head is in here, that of the
// allocators included: whoever holds the handle can fill the head and pass it on.
import { CodedError } from '@prometheus-ts/model';

/** What another thread needs to read the database. Structured-cloneable; the buffers are shared, not copied. */
export interface HeadHandle {
  readonly folder: string;
  readonly limits: HeadLimits;
  readonly buffers: HeadBuffers;
}

export interface HeadLimits {
  readonly series: number;
  readonly pairs: number;
  readonly names: number;
  readonly lanes: number;
  readonly arenaWords: number;
}

export interface HeadBuffers {
  readonly control: SharedArrayBuffer;
  /** One SERIES_WORDS record a series: what an append touches. */
  readonly series: SharedArrayBuffer;
  /** Per series: hash and the next series of its bucket. */
  readonly seriesLinks: SharedArrayBuffer;
  readonly seriesBuckets: SharedArrayBuffer;
  /** Per series: address of the label span, 0 where no series lives. */
  readonly seriesLabels: SharedArrayBuffer;
  /** Per series: its number in the WAL, never used twice. */
  readonly seriesWalRefs: SharedArrayBuffer;
  /** Per series: how often its slot was given out, 1 to 127 and around. */
  readonly seriesGenerations: SharedArrayBuffer;
  /** Per series: time of the first sample in the open chunk. */
  readonly seriesChunkTimes: SharedArrayBuffer;
  /** Per series: address of its newest out-of-order samples, and of its deleted ranges; 0 for none. */
  readonly seriesLate: SharedArrayBuffer;
  readonly seriesTombstones: SharedArrayBuffer;
  readonly pairs: SharedArrayBuffer;
  readonly pairBuckets: SharedArrayBuffer;
  readonly names: SharedArrayBuffer;
  readonly nameBuckets: SharedArrayBuffer;
  /** Per lane: number of its last committed transaction. */
  readonly lanes: SharedArrayBuffer;
  /** The blocks that are in use: see block-list.ts. */
  readonly blocks: SharedArrayBuffer;
  /** Label bytes, label spans, id lists, chunk blocks and chunk records, in words. */
  readonly arena: SharedArrayBuffer;
}

/** Words of the control buffer. Times are float64 and counted in units of two words. */
export const Control = {
  /** Rises when memory goes to quarantine. */
  epoch: 0,
  seriesHigh: 1,
  seriesFree: 2,
  seriesCount: 3,
  walRefLast: 4,
  chunkCount: 5,
  pairHigh: 6,
  pairFree: 7,
  pairCount: 8,
  /** Epoch at which pairs were last retired, so that caches of label strings know. */
  pairRetireEpoch: 9,
  nameHigh: 10,
  laneHigh: 11,
  laneFree: 12,
  /** Rises with every new list of blocks; odd while the list is being written. */
  blocksGeneration: 13,
  /** Touched to order the owner's stores for readers. */
  fence: 14,
  seriesIndex: 16,
  pairIndex: 20,
  nameIndex: 24,
  arenaNextSlab: 28,
  arenaLargeFree: 29,
  arenaUsedWords: 30,
  /** Four words a size class; see arena.ts. */
  arenaClasses: 32,
  readers: 256,
} as const;

/** Float64 slots of the control buffer; they lie in its words 160 to 165. */
export const ControlTime = {
  /** Oldest sample that the head holds; +Infinity while it is empty. */
  minTime: 80,
  maxTime: 81,
  /** Samples before this are out of bounds: a block has that time. */
  minValid: 82,
} as const;

/** Words of a reader slot, a cache line each. */
export const Reader = { state: 0, epoch: 1, blocksGeneration: 2, fence: 3, words: 16 } as const;
export const ReaderState = { free: 0, idle: 1, reading: 2 } as const;
export const READER_SLOTS = 64;
const CONTROL_WORDS = Control.readers + READER_SLOTS * Reader.words;

/** Words of a series record; the first 16 are state, the last 16 the tail of the open chunk. */
export const Series = {
  /** float64: time of the newest sample. */
  lastTime: 0,
  lastLow: 2,
  lastHigh: 3,
  /** Time between the newest two samples of the open chunk. */
  lastDelta: 4,
  /** Bits of the tail in use (10), leading zeros (6), trailing zeros (6), encoding (4), from the lowest up. */
  packed: 5,
  /** How long after lastTime the next chunk begins. */
  remaining: 6,
  /** Odd while the open chunk is flushed or cut. */
  sequence: 7,
  /** Samples ever appended in order, those of rolled back transactions not counted. */
  total: 8,
  /** `total` before the transaction `pending` of `lane`. */
  previousTotal: 9,
  pending: 10,
  /** Lane of the newest append in the low half, number of full blocks of the open chunk in the high half. */
  laneBlocks: 11,
  /** `total` when the open chunk began. */
  chunkStart: 12,
  firstBlock: 13,
  lastBlock: 14,
  /** Address of the newest closed chunk's record, 0 for none. */
  closed: 15,
  tail: 16,
} as const;
export const SERIES_WORDS = 32;
export const SERIES_SHIFT = 5;

/** A block of an open or closed chunk: one link, then 15 words of chunk bits, first bit highest. */
export const BLOCK_WORDS = 16;
export const BLOCK_BITS = 480;

/** A closed chunk's record in the arena. */
export const ChunkRecord = {
  /** The chunk before this one. */
  previous: 0,
  start: 1,
  count: 2,
  encoding: 3,
  /** float64: time of the first sample. */
  minTime: 4,
  duration: 6,
  /** Length of the chunk's stream. */
  bits: 7,
  /** First of the blocks that hold the stream, 0 when the chunk is in a file only. */
  firstBlock: 8,
  lastBlock: 9,
  /** Number of the head chunk file that has the chunk, 0 while none has. */
  file: 10,
  fileOffset: 11,
  /** Where the owner's list of chunks in memory has it; see chunk-files.ts. */
  ticket: 12,
} as const;
export const CHUNK_RECORD_WORDS = 14;

/** A label pair's record. */
export const Pair = {
  name: 0,
  address: 1,
  length: 2,
  /** List of the series that carry the pair; see id-list.ts. */
  listHead: 3,
  listTail: 4,
  count: 5,
  hash: 6,
  next: 7,
} as const;
export const PAIR_WORDS = 8;

/** Pair number 0 is no pair; its list holds every series. */
export const EVERY_SERIES = 0;

/** A label name's record; its list holds pair numbers. The same words as Pair's, so that lists work alike. */
export const Name = { address: 1, length: 2, listHead: 3, listTail: 4, count: 5, hash: 6, next: 7 } as const;
export const NAME_WORDS = 8;

/** Words of an entry of the block list: the ULID in 26 bytes, and how often its tombstones changed. */
export const BlockEntry = { tombstones: 7, words: 8 } as const;
export const BLOCK_LIST_LIMIT = 16_384;
const BLOCK_LIST_BYTES = 4 + BLOCK_LIST_LIMIT * BlockEntry.words * 4;

export interface ReserveOptions {
  readonly folder: string;
  readonly seriesLimit: number;
  readonly memoryLimitBytes: number;
}

const NAME_LIMIT = 2 ** 18;
/** Half of the lane word. */
const LANE_LIMIT = 2 ** 16 - 1;

/**
 * Reserves the memory of an empty head. Where the system refuses that much address space (strict overcommit, a
 * limit on virtual memory) the limits are halved until it fits. Throws CodedError `head-memory`.
 */
export function reserveHead(options: ReserveOptions): HeadHandle {
  let series = options.seriesLimit;
  let arenaWords = Math.floor(options.memoryLimitBytes / 65_536) * 16_384;
  for (;;) {
    const limits: HeadLimits = {
      series,
      pairs: Math.min(2 ** 25, series * 2 + 1024),
      names: NAME_LIMIT,
      lanes: LANE_LIMIT,
      arenaWords,
    };
    try {
      const buffers = reserve(limits);
      initialize(buffers);
      return { folder: options.folder, limits, buffers };
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      if (series <= 4096) {
        throw new CodedError('head-memory', 'cannot reserve memory for the head', {
          cause,
          hint: 'allow the process more virtual memory (ulimit -v, LimitAS=)',
        });
      }
      series = Math.ceil(series / 2);
      arenaWords = Math.max(16_384 * 16, Math.floor(arenaWords / 2 / 16_384) * 16_384);
    }
  }
}

function initialize(buffers: HeadBuffers): void {
  new Int32Array(buffers.control)[Control.epoch] = 1;
  const times = new Float64Array(buffers.control);
  times[ControlTime.minTime] = Infinity;
  times[ControlTime.maxTime] = -Infinity;
  times[ControlTime.minValid] = -Infinity;
}

function reserve(limits: HeadLimits): HeadBuffers {
  const words = (count: number) => new SharedArrayBuffer(count * 4);
  const slots = limits.series + 1;
  const pairs = limits.pairs + 1;
  const names = limits.names + 1;
  return {
    control: words(CONTROL_WORDS),
    series: words(slots * SERIES_WORDS),
    seriesLinks: words(slots * 2),
    seriesBuckets: words(slots),
    seriesLabels: words(slots),
    seriesWalRefs: words(slots),
    seriesGenerations: new SharedArrayBuffer(slots),
    seriesChunkTimes: words(slots * 2),
    seriesLate: words(slots),
    seriesTombstones: words(slots),
    pairs: words(pairs * PAIR_WORDS),
    pairBuckets: words(pairs),
    names: words(names * NAME_WORDS),
    nameBuckets: words(names),
    lanes: words(limits.lanes + 1),
    blocks: new SharedArrayBuffer(BLOCK_LIST_BYTES),
    arena: words(limits.arenaWords),
  };
}
