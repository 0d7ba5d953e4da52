// Which blocks are to be deleted.
import type { BlockMeta } from '../block/meta.ts';

export interface RetentionRules {
  /** 0 for no limit. */
  readonly retentionMs: number;
  readonly retentionBytes: number;
}

export interface SizedBlock {
  readonly meta: BlockMeta;
  readonly sizeBytes: number;
}

export interface Expired {
  readonly ulids: ReadonlySet<string>;
  readonly byTime: boolean;
  readonly bySize: boolean;
}

/**
 * Blocks marked deletable, blocks that ended too long before the newest, and the oldest while all together are
 * too large.
 * @param otherBytes size of what counts beside blocks: the log and the head's chunk files
 */
export function findExpired(
  blocks: readonly SizedBlock[],
  rules: RetentionRules,
  otherBytes: number,
): Expired {
  const newestFirst = [...blocks].sort((a, b) => b.meta.maxTime - a.meta.maxTime);
  const ulids = new Set<string>();
  let byTime = false;
  let bySize = false;
  let size = otherBytes;
  for (let i = 0; i < newestFirst.length; i++) {
    const { meta, sizeBytes } = newestFirst[i];
    size += sizeBytes;
    byTime ||=
      i > 0 && rules.retentionMs > 0 && newestFirst[0].meta.maxTime - meta.maxTime >= rules.retentionMs;
    bySize ||= rules.retentionBytes > 0 && size > rules.retentionBytes;
    if (byTime || bySize || meta.compaction.deletable) ulids.add(meta.ulid);
  }
  return { ulids, byTime, bySize };
}
