// From tree to program. Instructions are emitted back to front: each node is compiled with the number of the
// instruction that follows it.
import { foldsOf } from './case-folding.ts';
import { type Ranges, sameRanges } from './character-class.ts';
import { Op, type Program } from './program.ts';
import { Assertion, type Literal, type Node, type Repeat } from './syntax-tree.ts';

/** @param anywhere whether a match may begin and end anywhere; otherwise it is the whole input */
export function compileProgram(root: Node, groupCount: number, anywhere: boolean): Program {
  return new Compiler(root.size + 4).compile(root, groupCount, anywhere);
}

class Compiler {
  #ops: Uint8Array;
  #next: Int32Array;
  #argument: Int32Array;
  #length = 0;
  readonly #classes: Ranges[] = [];
  readonly #classNumbers = new Map<Ranges, number>();
  readonly #folded = new Map<number, number>();
  #looksAtLines = false;
  #looksAtWords = false;

  constructor(sizeHint: number) {
    this.#ops = new Uint8Array(sizeHint);
    this.#next = new Int32Array(sizeHint);
    this.#argument = new Int32Array(sizeHint);
  }

  compile(root: Node, groupCount: number, anywhere: boolean): Program {
    const match = this.#emit(Op.match, 0, 0);
    const start = this.#emit(Op.slot, this.#compile(root, this.#emit(Op.slot, match, 1)), 0);
    return {
      length: this.#length,
      ops: this.#ops.slice(0, this.#length),
      next: this.#next.slice(0, this.#length),
      argument: this.#argument.slice(0, this.#length),
      classes: this.#classes,
      start,
      slotCount: 2 * groupCount,
      anywhere,
      looksAtLines: this.#looksAtLines,
      looksAtWords: this.#looksAtWords,
    };
  }

  /** Answers the first instruction of the node, which goes on at `next`. */
  #compile(node: Node, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'literal':
        return this.#compileLiteral(node, next);
      case 'class':
        return this.#emit(Op.class, next, this.#classNumber(node.ranges));
      case 'assert':
        this.#noteAssertion(node.assertion);
        return this.#emit(Op.assert, next, node.assertion);
      case 'capture': {
        const inner = this.#compile(node.sub, this.#emit(Op.slot, next, 2 * node.index + 1));
        return this.#emit(Op.slot, inner, 2 * node.index);
      }
      case 'concat':
        for (let i = node.subs.length - 1; i >= 0; i--) next = this.#compile(node.subs[i]!, next);
        return next;
      case 'alternate': {
        let rest = this.#compile(node.subs.at(-1)!, next);
        for (let i = node.subs.length - 2; i >= 0; i--) {
          rest = this.#emit(Op.branch, this.#compile(node.subs[i]!, next), rest);
        }
        return rest;
      }
      case 'repeat':
        return this.#compileRepeat(node, next);
    }
  }

  #compileLiteral(node: Literal, next: number): number {
    const codePoints = Array.from(node.text, (character) => character.codePointAt(0)!);
    for (let i = codePoints.length - 1; i >= 0; i--)
      next = this.#compileCodePoint(codePoints[i]!, node.foldCase, next);
    return next;
  }

  #compileCodePoint(codePoint: number, foldCase: boolean, next: number): number {
    if (!foldCase) return this.#emit(Op.codePoint, next, codePoint);
    let number = this.#folded.get(codePoint);
    if (number === undefined) {
      const same = foldsOf(codePoint);
      number = same.length > 1 ? this.#classNumber(same.flatMap((other) => [other, other])) : -1;
      this.#folded.set(codePoint, number);
    }
    return number < 0 ? this.#emit(Op.codePoint, next, codePoint) : this.#emit(Op.class, next, number);
  }

  #compileRepeat(node: Repeat, next: number): number {
    const { sub, min, max } = node;
    if (max !== Infinity) {
      // x{2,4} is xx(x(x)?)?
      const after = next;
      for (let i = max; i > min; i--) next = this.#choice(node, this.#compile(sub, next), after);
      for (let i = 0; i < min; i++) next = this.#compile(sub, next);
      return next;
    }
    if (min === 0) {
      // When x can match nothing, x* tries x first and then stops: (x+)?
      return matchesEmpty(sub)
        ? this.#choice(node, this.#loop(node, next).body, next)
        : this.#loop(node, next).choice;
    }
    next = this.#loop(node, next).body;
    for (let i = 1; i < min; i++) next = this.#compile(sub, next);
    return next;
  }

  /** x+ begins at `body`, x* at `choice`. */
  #loop(node: Repeat, after: number): { body: number; choice: number } {
    const choice = this.#emit(Op.branch, 0, 0);
    const body = this.#compile(node.sub, choice);
    this.#next[choice] = node.greedy ? body : after;
    this.#argument[choice] = node.greedy ? after : body;
    return { body, choice };
  }

  #choice(node: Repeat, body: number, after: number): number {
    return node.greedy ? this.#emit(Op.branch, body, after) : this.#emit(Op.branch, after, body);
  }

  #noteAssertion(assertion: Assertion): void {
    if (assertion === Assertion.beginLine || assertion === Assertion.endLine) this.#looksAtLines = true;
    if (assertion === Assertion.wordBoundary || assertion === Assertion.notWordBoundary)
      this.#looksAtWords = true;
  }

  #classNumber(ranges: Ranges): number {
    let number = this.#classNumbers.get(ranges);
    if (number === undefined) {
      const limit = Math.min(this.#classes.length, 64);
      for (let i = 0; i < limit && number === undefined; i++) {
        if (sameRanges(this.#classes[i]!, ranges)) number = i;
      }
      number ??= this.#classes.push(ranges) - 1;
      this.#classNumbers.set(ranges, number);
    }
    return number;
  }

  #emit(op: number, next: number, argument: number): number {
    if (this.#length === this.#ops.length) this.#grow();
    const at = this.#length++;
    this.#ops[at] = op;
    this.#next[at] = next;
    this.#argument[at] = argument;
    return at;
  }

  #grow(): void {
    const size = this.#ops.length * 2 + 16;
    const { ops, next, argument } = { ops: this.#ops, next: this.#next, argument: this.#argument };
    this.#ops = new Uint8Array(size);
    this.#ops.set(ops);
    this.#next = new Int32Array(size);
    this.#next.set(next);
    this.#argument = new Int32Array(size);
    this.#argument.set(argument);
  }
}

/** Whether the node can match without consuming anything. */
export function matchesEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return true;
    case 'literal':
    case 'class':
      return false;
    case 'capture':
      return matchesEmpty(node.sub);
    case 'repeat':
      return node.min === 0 || matchesEmpty(node.sub);
    case 'concat':
      return node.subs.every(matchesEmpty);
    case 'alternate':
      return node.subs.some(matchesEmpty);
  }
}
