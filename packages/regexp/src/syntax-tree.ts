// The tree that an expression parses to. Every node knows what its subtree costs, so that the limits are
// checked while the tree grows and never by walking it again.
import type { Ranges } from './character-class.ts';

export const Assertion = {
  beginLine: 0,
  endLine: 1,
  beginText: 2,
  endText: 3,
  wordBoundary: 4,
  notWordBoundary: 5,
} as const;
export type Assertion = (typeof Assertion)[keyof typeof Assertion];

interface Measured {
  /** Instructions that the subtree compiles to, at most. */
  readonly size: number;
  /** Levels of the subtree; a leaf has one. */
  readonly height: number;
  /** How many copies counted repetitions make of the innermost part. */
  readonly copies: number;
}

export interface Empty extends Measured {
  readonly kind: 'empty';
}
export interface Literal extends Measured {
  readonly kind: 'literal';
  /** One or more code points. */
  readonly text: string;
  readonly foldCase: boolean;
}
/** One code point out of a set; the empty set never matches. */
export interface Class extends Measured {
  readonly kind: 'class';
  readonly ranges: Ranges;
}
export interface Assert extends Measured {
  readonly kind: 'assert';
  readonly assertion: Assertion;
}
export interface Capture extends Measured {
  readonly kind: 'capture';
  /** 1 for the first group. */
  readonly index: number;
  readonly sub: Node;
}
export interface Repeat extends Measured {
  readonly kind: 'repeat';
  readonly min: number;
  /** Infinity for an open end. */
  readonly max: number;
  readonly greedy: boolean;
  readonly sub: Node;
}
export interface Concat extends Measured {
  readonly kind: 'concat';
  readonly subs: readonly Node[];
}
export interface Alternate extends Measured {
  readonly kind: 'alternate';
  readonly subs: readonly Node[];
}

export type Node = Empty | Literal | Class | Assert | Capture | Repeat | Concat | Alternate;

const leaf = { size: 1, height: 1, copies: 1 } as const;

export const EMPTY: Empty = { kind: 'empty', ...leaf };

export function literal(text: string, foldCase: boolean): Literal {
  return { kind: 'literal', text, foldCase, size: text.length, height: 1, copies: 1 };
}

export function characterClass(ranges: Ranges): Class {
  return { kind: 'class', ranges, ...leaf };
}

export function assert(assertion: Assertion): Assert {
  return { kind: 'assert', assertion, ...leaf };
}

export function capture(index: number, sub: Node): Capture {
  return { kind: 'capture', index, sub, size: sub.size + 2, height: sub.height + 1, copies: sub.copies };
}

export function repeat(sub: Node, min: number, max: number, greedy: boolean): Repeat {
  const times = max === Infinity ? Math.max(min, 1) : max;
  const size = Math.max(1, times * sub.size + (max === Infinity ? 2 : max - min));
  const copies = max === 0 ? 0 : times * Math.max(1, sub.copies);
  return { kind: 'repeat', sub, min, max, greedy, size, height: sub.height + 1, copies };
}

/** Nested concatenations dissolve; one node stays as it is, none is EMPTY. */
export function concat(subs: readonly Node[]): Node {
  if (subs.length === 1) return subs[0]!;
  if (subs.length === 0) return EMPTY;
  const flat = subs.some((sub) => sub.kind === 'concat')
    ? subs.flatMap((sub) => (sub.kind === 'concat' ? sub.subs : [sub]))
    : subs;
  return { kind: 'concat', subs: flat, ...measure(flat, 0) };
}

export function alternate(subs: readonly Node[]): Node {
  if (subs.length === 1) return subs[0]!;
  return { kind: 'alternate', subs, ...measure(subs, subs.length - 1) };
}

function measure(subs: readonly Node[], extraSize: number): Measured {
  let size = extraSize;
  let height = 0;
  let copies = 1;
  for (const sub of subs) {
    size += sub.size;
    if (sub.height > height) height = sub.height;
    if (sub.copies > copies) copies = sub.copies;
  }
  return { size, height: height + 1, copies };
}
