// Joins the samples of one series from several sources.
import type { SampleColumns } from '@prometheus-ts/model';

/**
 * Adds the rows of `added` to `into`; both are in time order. Where both have a time, the row of `into` stays.
 */
export function mergeColumns(into: SampleColumns, added: SampleColumns, scratch: SampleColumns): void {
  if (added.length === 0) return;
  if (into.length === 0 || added.times[0] > into.times[into.length - 1]) {
    const first = into.length;
    into.reserve(first + added.length);
    if (into.histograms || added.histograms) {
      for (let i = 0; i < added.length; i++) copyRow(added, i, into, first + i);
    } else {
      into.times.set(added.times.subarray(0, added.length), first);
      into.words.set(added.words.subarray(0, 2 * added.length), 2 * first);
    }
    into.length = first + added.length;
    return;
  }
  scratch.clear();
  scratch.reserve(into.length + added.length);
  let i = 0;
  let k = 0;
  let row = 0;
  while (i < into.length || k < added.length) {
    if (k === added.length || (i < into.length && into.times[i] <= added.times[k])) {
      if (k < added.length && into.times[i] === added.times[k]) k++;
      copyRow(into, i++, scratch, row++);
    } else copyRow(added, k++, scratch, row++);
  }
  into.clear();
  into.reserve(row);
  for (let r = 0; r < row; r++) copyRow(scratch, r, into, r);
  into.length = row;
}

function copyRow(from: SampleColumns, i: number, to: SampleColumns, row: number): void {
  to.times[row] = from.times[i];
  to.words[2 * row] = from.words[2 * i];
  to.words[2 * row + 1] = from.words[2 * i + 1];
  const histogram = from.histograms?.[i];
  if (histogram !== undefined) {
    to.histograms ??= [];
    to.histograms[row] = histogram;
  } else if (to.histograms) to.histograms[row] = undefined;
}
