// Finds the series of a block that satisfy matchers: the same rules as in the head (head/selection.ts), over
// sorted lists.
import type { Matcher } from '@prometheus-ts/model';
import type { IndexReader } from '../block-index/index-reader.ts';
import { intersect, type Postings, subtract, union } from '../postings/set-algebra.ts';

/** The matching series, ascending, which is their label order. Throws CodedError `block-corrupt`. */
export function selectSeries(index: IndexReader, matchers: readonly Matcher[]): Postings {
  let found: Postings | undefined;
  for (const matcher of matchers) {
    if (matcher.matchesEmpty) continue;
    const wanted = listsOf(index, matcher, true);
    found = found === undefined ? wanted : intersect(found, wanted);
    if (found.length === 0) return found;
  }
  found ??= index.series('', '');
  for (const matcher of matchers) {
    if (!matcher.matchesEmpty || found.length === 0) continue;
    found = subtract(found, listsOf(index, matcher, false));
  }
  return found;
}

/** The series whose value satisfies the matcher, or does not, when `satisfied` is false; absent labels left out. */
function listsOf(index: IndexReader, matcher: Matcher, satisfied: boolean): Postings {
  const { type, name, value } = matcher;
  if ((type === '=' && satisfied) || (type === '!=' && !satisfied)) return index.series(name, value);
  const literals = matcher.regexp?.literals;
  if (literals && ((type === '=~' && satisfied) || (type === '!~' && !satisfied))) {
    return union(literals.map((literal) => index.series(name, literal)));
  }
  const offsets: number[] = [];
  index.table.forEach(name, (text, offset) => {
    if (matcher.matches(text) === satisfied) offsets.push(offset);
    return true;
  });
  return union(offsets.map((offset) => index.list(offset)));
}
