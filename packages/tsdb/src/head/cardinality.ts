// Which names, labels and pairs the head's series and memory go to: the rankings of the status page.
import { METRIC_NAME } from '@prometheus-ts/model';
import type { Cardinality, RankedCount } from '../stats.ts';
import { forEachId } from './id-list.ts';
import { NAME_WORDS, Name, PAIR_WORDS, Pair } from './layout.ts';
import type { Symbols } from './symbols.ts';

/** The `limit` largest of each kind, the largest first. */
export function rankCardinality(symbols: Symbols, memory: Int32Array, limit: number): Cardinality {
  const metrics: RankedCount[] = [];
  const values: RankedCount[] = [];
  const bytes: RankedCount[] = [];
  const pairs: RankedCount[] = [];
  for (let name = symbols.nameCount; name > 0; name--) {
    const text = symbols.nameText(name);
    const at = name * NAME_WORDS;
    let size = 0;
    forEachId(memory, symbols.names[at + Name.listHead], (pair) => {
      const count = symbols.pairs[pair * PAIR_WORDS + Pair.count];
      size += symbols.pairs[pair * PAIR_WORDS + Pair.length] * count;
      if (text === METRIC_NAME) offer(metrics, limit, count, () => symbols.valueText(pair));
      offer(pairs, limit, count, () => `${text}=${symbols.valueText(pair)}`);
    });
    offer(values, limit, symbols.names[at + Name.count], () => text);
    offer(bytes, limit, size, () => text);
  }
  return {
    seriesByMetricName: metrics,
    valuesByLabelName: values,
    bytesByLabelName: bytes,
    seriesByLabelPair: pairs,
  };
}

/** Keeps the `limit` largest of what was offered, in order. */
function offer(ranking: RankedCount[], limit: number, value: number, name: () => string): void {
  if (value === 0 || (ranking.length >= limit && ranking[ranking.length - 1].value >= value)) return;
  let at = ranking.length;
  while (at > 0 && ranking[at - 1].value < value) at--;
  ranking.splice(at, 0, { name: name(), value });
  if (ranking.length > limit) ranking.pop();
}
