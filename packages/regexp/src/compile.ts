// The doors of the package: three ways to read an expression, and the compiled ones kept for the next caller.
import { CompiledRegexp } from './compiled-regexp.ts';
import { parse } from './parser.ts';
import type { Regexp } from './regexp.ts';
import { Assertion, concat, type Node } from './syntax-tree.ts';

/** Compiled expressions kept, and all their sources and instructions together. */
const MAX_KEPT = 500;
const MAX_KEPT_COST = 2_000_000;

interface Kept {
  readonly regexp: CompiledRegexp;
  readonly cost: number;
}

/** Most recently used last. */
const kept = new Map<string, Kept>();
let keptCost = 0;

/** Compiles an expression that must match the whole input; `.` matches newlines too. Throws RegexpError. */
export function compileAnchored(source: string): Regexp {
  return keep(`a${source}`, () => {
    const { root, groupNames } = parse(source, true);
    return new CompiledRegexp(source, { root: withoutEdges(root), groupNames }, false);
  });
}

/**
 * Compiles `^(?s:source)$`, as relabelling and label_replace do: the same language as `compileAnchored`, but
 * errors quote that text. (A source that closes the group by itself may match more, as it does upstream.)
 */
export function compileEnclosed(source: string): Regexp {
  return keep(`e${source}`, () => {
    const { root, groupNames } = parse(`^(?s:${source})$`, false);
    const whole = root.kind === 'concat';
    return new CompiledRegexp(source, { root: whole ? withoutEdges(root) : root, groupNames }, !whole);
  });
}

/** Compiles an expression that may match anywhere; `.` does not match newlines. */
export function compileUnanchored(source: string): Regexp {
  return keep(`u${source}`, () => new CompiledRegexp(source, parse(source, false), true));
}

/** Drops leading `^` and trailing `$` where the whole input has to match anyway. */
function withoutEdges(root: Node): Node {
  const subs = root.kind === 'concat' ? root.subs : [root];
  let start = 0;
  let end = subs.length;
  while (start < end && isAssertion(subs[start]!, Assertion.beginText)) start++;
  while (end > start && isAssertion(subs[end - 1]!, Assertion.endText)) end--;
  return start === 0 && end === subs.length ? root : concat(subs.slice(start, end));
}

function isAssertion(node: Node, assertion: Assertion): boolean {
  return node.kind === 'assert' && node.assertion === assertion;
}

function keep(key: string, compile: () => CompiledRegexp): Regexp {
  const present = kept.get(key);
  if (present) {
    kept.delete(key);
    kept.set(key, present);
    return present.regexp;
  }
  const regexp = compile();
  const cost = key.length + regexp.size;
  kept.set(key, { regexp, cost });
  keptCost += cost;
  for (const [oldest, entry] of kept) {
    if (kept.size <= MAX_KEPT && keptCost <= MAX_KEPT_COST) break;
    kept.delete(oldest);
    keptCost -= entry.cost;
  }
  return regexp;
}
