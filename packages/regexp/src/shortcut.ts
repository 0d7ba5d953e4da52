// Most expressions that people write are lists of words, prefixes, or words with `.*` between them. These are
// answered with string comparisons, without an automaton.

import { foldsOf } from './case-folding.ts';
import { ANY, countOf, type Ranges, sameRanges } from './character-class.ts';
import { EMPTY, type Node } from './syntax-tree.ts';

/** Words that a product of alternatives may expand to; alternatives that are written out may be more. */
const MAX_PRODUCT = 256;
/** Patterns with gaps that are worth trying one by one. */
const MAX_PATTERNS = 16;

/** Words with gaps between them: the input starts with the first, ends with the last, and has the rest in order. */
interface Pattern {
  /** One more than gaps. */
  readonly words: readonly string[];
  /** The least number of characters in each gap, 0 or 1. */
  readonly gaps: readonly number[];
}

export interface Shortcut {
  readonly matches: (input: string) => boolean;
  /** Set when the expression is an alternation of words: these, sorted by code points. */
  readonly literals: readonly string[] | undefined;
}

/** @param root an expression that must match the whole input */
export function findShortcut(root: Node): Shortcut | undefined {
  const patterns = expand(root);
  if (!patterns || patterns.length === 0) return undefined;
  if (patterns.every((pattern) => pattern.gaps.length === 0)) {
    const words = new Set(patterns.map((pattern) => pattern.words[0]!));
    const literals = [...words].sort(compareCodePoints);
    const only = literals[0];
    const matches =
      words.size === 1 ? (input: string) => input === only : (input: string) => words.has(input);
    return { matches, literals };
  }
  if (patterns.length > MAX_PATTERNS) return undefined;
  const [first] = patterns;
  const matches =
    patterns.length === 1
      ? (input: string) => matchesPattern(first!, input)
      : (input: string) => patterns.some((pattern) => matchesPattern(pattern, input));
  return { matches, literals: undefined };
}

/** The longest text that every match certainly starts with. */
export function findPrefix(node: Node): string {
  switch (node.kind) {
    case 'literal':
      return isPlain(node.text, node.foldCase) ? node.text : '';
    case 'capture':
      return findPrefix(node.sub);
    case 'concat':
      return findPrefix(node.subs[0]!);
    case 'repeat':
      return node.min > 0 ? findPrefix(node.sub) : '';
    case 'alternate':
      return node.subs.map(findPrefix).reduce(commonPrefix);
    default:
      return '';
  }
}

function expand(node: Node): readonly Pattern[] | undefined {
  switch (node.kind) {
    case 'empty':
      return [{ words: [''], gaps: [] }];
    case 'literal':
      return isPlain(node.text, node.foldCase) ? [{ words: [node.text], gaps: [] }] : undefined;
    case 'class':
      return expandClass(node.ranges);
    case 'capture':
      return expand(node.sub);
    case 'assert':
      return undefined;
    case 'repeat': {
      if (node.max === 1 && node.min === 0) return expandAlternatives([EMPTY, node.sub], node.size);
      const anything = node.sub.kind === 'class' && sameRanges(node.sub.ranges, ANY);
      if (!anything || node.max !== Infinity || node.min > 1) return undefined;
      return [{ words: ['', ''], gaps: [node.min] }];
    }
    case 'alternate':
      return expandAlternatives(node.subs, node.size);
    case 'concat':
      return node.subs.reduce<readonly Pattern[] | undefined>(
        (patterns, sub) => patterns && product(patterns, expand(sub)),
        [{ words: [''], gaps: [] }],
      );
  }
}

/** More than what is written out only up to a point: classes multiply quickly. */
function expandAlternatives(subs: readonly Node[], size: number): readonly Pattern[] | undefined {
  const all: Pattern[] = [];
  for (const sub of subs) {
    const patterns = expand(sub);
    if (!patterns || all.length + patterns.length > MAX_PRODUCT + size) return undefined;
    for (const pattern of patterns) all.push(pattern);
  }
  return all;
}

function expandClass(ranges: Ranges): readonly Pattern[] | undefined {
  if (countOf(ranges) > MAX_PRODUCT) return undefined;
  const patterns: Pattern[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    for (let c = ranges[i]!; c <= ranges[i + 1]!; c++)
      patterns.push({ words: [String.fromCodePoint(c)], gaps: [] });
  }
  return patterns;
}

function product(a: readonly Pattern[], b: readonly Pattern[] | undefined): readonly Pattern[] | undefined {
  if (!b || a.length * b.length > MAX_PRODUCT) return undefined;
  const patterns = a.flatMap((left) => b.map((right) => join(left, right)));
  return patterns.some((pattern) => pattern.gaps.some((gap) => gap > 1)) ? undefined : patterns;
}

function join(left: Pattern, right: Pattern): Pattern {
  const seam = left.words.at(-1)! + right.words[0]!;
  // Two gaps without a word between them are one.
  if (seam === '' && left.gaps.length > 0 && right.gaps.length > 0) {
    const gap = left.gaps.at(-1)! + right.gaps[0]!;
    return {
      words: [...left.words.slice(0, -1), ...right.words.slice(1)],
      gaps: [...left.gaps.slice(0, -1), gap, ...right.gaps.slice(1)],
    };
  }
  return {
    words: [...left.words.slice(0, -1), seam, ...right.words.slice(1)],
    gaps: [...left.gaps, ...right.gaps],
  };
}

function matchesPattern({ words, gaps }: Pattern, input: string): boolean {
  const last = words.length - 1;
  if (last === 0) return input === words[0];
  if (!input.startsWith(words[0]!) || !input.endsWith(words[last]!)) return false;
  let at = words[0]!.length;
  for (let i = 1; i < last; i++) {
    const found = input.indexOf(words[i]!, at + gaps[i - 1]!);
    if (found < 0) return false;
    at = found + words[i]!.length;
  }
  return at + gaps[last - 1]! <= input.length - words[last]!.length;
}

/** Whether a literal matches nothing but its own text. */
function isPlain(text: string, foldCase: boolean): boolean {
  return !foldCase || Array.from(text).every((character) => foldsOf(character.codePointAt(0)!).length === 1);
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  if (length > 0 && a.codePointAt(length - 1)! > 0xffff) length--;
  return a.slice(0, length);
}

/** The order of UTF-8 bytes. */
function compareCodePoints(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] !== b[i]) return a.codePointAt(i)! - b.codePointAt(i)!;
  }
  return a.length - b.length;
}
