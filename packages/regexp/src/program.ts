// The instructions of a nondeterministic automaton, in columns. Instruction numbers are stable; an entry of a
// loop is written before what it goes back to.
import type { Ranges } from './character-class.ts';
import { Assertion } from './syntax-tree.ts';

export const Op = {
  /** Consumes the code point `argument`. */
  codePoint: 0,
  /** Consumes a code point of the class number `argument`. */
  class: 1,
  /** Goes on at `next` or, with less right, at `argument`. */
  branch: 2,
  /** Notes the position in slot `argument`. */
  slot: 3,
  /** Goes on if the assertion `argument` holds here. */
  assert: 4,
  match: 5,
} as const;

export interface Program {
  readonly length: number;
  readonly ops: Uint8Array;
  readonly next: Int32Array;
  readonly argument: Int32Array;
  readonly classes: readonly Ranges[];
  readonly start: number;
  /** Two per group, the whole match included. */
  readonly slotCount: number;
  /** Whether a match may begin and end anywhere, or must be the whole input. */
  readonly anywhere: boolean;
  /** Which kinds of neighbours the assertions look at. */
  readonly looksAtLines: boolean;
  readonly looksAtWords: boolean;
}

/** What a position has on one side, as far as assertions care. */
export const Neighbour = { edge: 0, newline: 1, word: 2, other: 3 } as const;
export type Neighbour = (typeof Neighbour)[keyof typeof Neighbour];

/** The kind of a code point; `codePoint` is -1 at either end of the input. */
export function neighbourOf(codePoint: number): Neighbour {
  if (codePoint < 0) return Neighbour.edge;
  if (codePoint === 0x0a) return Neighbour.newline;
  const letter = codePoint | 0x20;
  const word =
    (letter >= 0x61 && letter <= 0x7a) || (codePoint >= 0x30 && codePoint <= 0x39) || codePoint === 0x5f;
  return word ? Neighbour.word : Neighbour.other;
}

export function holds(assertion: number, before: Neighbour, after: Neighbour): boolean {
  switch (assertion) {
    case Assertion.beginText:
      return before === Neighbour.edge;
    case Assertion.endText:
      return after === Neighbour.edge;
    case Assertion.beginLine:
      return before <= Neighbour.newline;
    case Assertion.endLine:
      return after <= Neighbour.newline;
    case Assertion.wordBoundary:
      return (before === Neighbour.word) !== (after === Neighbour.word);
    default:
      return (before === Neighbour.word) === (after === Neighbour.word);
  }
}
