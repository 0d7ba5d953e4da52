// Which blocks to compact next: upstream's levelled plan over the blocks' time ranges.
import type { BlockMeta } from '../block/meta.ts';

const STEPS = 10;
const FACTOR = 3;
/** Share of series with tombstones from which on a block is worth rewriting. */
const TOMBSTONES_WORTH = 0.05;

/** Lengths of the blocks of each level, up to `maxBlockMs`. */
export function blockRanges(minBlockMs: number, maxBlockMs: number): number[] {
  const ranges: number[] = [];
  for (let step = 0, range = minBlockMs; step < STEPS; step++, range *= FACTOR) {
    if (range <= maxBlockMs || step === 0) ranges.push(range);
  }
  return ranges;
}

/** The blocks to merge into one, none when nothing is to be done. */
export function planCompaction(
  blocks: readonly BlockMeta[],
  ranges: readonly number[],
): readonly BlockMeta[] {
  const sorted = [...blocks].sort((a, b) => a.minTime - b.minTime);
  const partial = (hint: string) => sorted.filter(({ compaction }) => compaction.hints?.includes(hint));
  const stale = partial('from-stale-series');
  const selected = partial('from-selected-series');
  const whole = sorted.filter((block) => !stale.includes(block) && !selected.includes(block));
  // Blocks that hold a part of the head only stay among themselves; the others come first.
  for (const group of [whole, stale, selected]) {
    const found = planGroup(group, ranges);
    if (found.length > 0) return found;
  }
  return [];
}

function planGroup(sorted: readonly BlockMeta[], ranges: readonly number[]): readonly BlockMeta[] {
  const overlapping = firstOverlap(sorted);
  if (overlapping.length > 0) return overlapping;
  // The newest block is left alone, so that there is time to copy it away.
  const old = sorted.slice(0, -1);
  const group = firstFullRange(old, ranges);
  if (group.length > 0) return group;
  for (let i = old.length - 1; i >= 0; i--) {
    const { minTime, maxTime, stats } = old[i];
    if (maxTime - minTime < ranges[Math.floor(ranges.length / 2)]) break;
    if ((stats.numTombstones ?? 0) / ((stats.numSeries ?? 0) + 1) > TOMBSTONES_WORTH) return [old[i]];
  }
  return [];
}

/** The first run of blocks that overlap each other. */
function firstOverlap(sorted: readonly BlockMeta[]): BlockMeta[] {
  const run: BlockMeta[] = [];
  let maxTime = sorted[0]?.maxTime ?? 0;
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i].minTime < maxTime) {
      if (run.length === 0) run.push(sorted[i - 1]);
      run.push(sorted[i]);
    } else if (run.length > 0) break;
    maxTime = Math.max(maxTime, sorted[i].maxTime);
  }
  return run;
}

/** The first group that fills a range of a higher level, or lies before the newest block. */
function firstFullRange(sorted: readonly BlockMeta[], ranges: readonly number[]): readonly BlockMeta[] {
  if (ranges.length < 2 || sorted.length === 0) return [];
  const newest = sorted[sorted.length - 1].minTime;
  for (const range of ranges.slice(1)) {
    for (const group of splitByRange(sorted, range)) {
      if (group.some(({ compaction }) => compaction.failed)) continue;
      const start = group[0].minTime;
      const end = group[group.length - 1].maxTime;
      if (group.length > 1 && (end - start === range || end <= newest)) return group;
    }
  }
  return [];
}

/** Groups of blocks that lie within the same aligned range; blocks that reach over one are left out. */
export function splitByRange(sorted: readonly BlockMeta[], range: number): BlockMeta[][] {
  const groups: BlockMeta[][] = [];
  for (let i = 0; i < sorted.length; ) {
    const end = Math.floor(sorted[i].minTime / range) * range + range;
    if (sorted[i].maxTime > end) {
      i++;
      continue;
    }
    const group: BlockMeta[] = [];
    while (i < sorted.length && sorted[i].maxTime <= end) group.push(sorted[i++]);
    groups.push(group);
  }
  return groups;
}
