// Divides all code points into the few sets that a program cannot tell apart.
import { MAX_CODE_POINT, type Ranges } from './character-class.ts';
import { WORD } from './named-class.ts';
import { Op, type Program } from './program.ts';

/** Steps that dividing may take; a program beyond it has an absurd number of large classes. */
const MAX_WORK = 20_000_000;

export interface Alphabet {
  /** Number of letters. */
  readonly size: number;
  /** The letter of each code point below 128. */
  readonly ascii: Uint16Array;
  /** Where runs of code points with the same letter start, ascending from 0, and their letters. */
  readonly starts: Int32Array;
  readonly letters: Uint16Array;
  /** A code point of each letter. */
  readonly examples: Int32Array;
}

/** Undefined when there would be more than `maxSize` letters. */
export function divideAlphabet(program: Program, maxSize: number): Alphabet | undefined {
  const classes: Ranges[] = [...program.classes];
  if (program.looksAtLines) classes.push([0x0a, 0x0a]);
  if (program.looksAtWords) classes.push(WORD);
  const single = new Set<number>();
  for (let i = 0; i < program.length; i++) {
    if (program.ops[i] === Op.codePoint) single.add(program.argument[i]!);
  }
  if (single.size > maxSize) return undefined;
  for (const codePoint of single) classes.push([codePoint, codePoint]);

  const starts = findStarts(classes);
  if (starts.length * program.classes.length > MAX_WORK) return undefined;
  const letters = divide(starts, classes, maxSize);
  if (!letters) return undefined;
  let size = 1;
  for (const letter of letters) size = Math.max(size, letter + 1);
  const examples = new Int32Array(size);
  for (let i = starts.length - 1; i >= 0; i--) examples[letters[i]!] = starts[i]!;
  const ascii = new Uint16Array(128);
  for (let c = 0, run = 0; c < 128; c++) {
    while (run + 1 < starts.length && starts[run + 1]! <= c) run++;
    ascii[c] = letters[run]!;
  }
  return { size, ascii, starts, letters, examples };
}

export function letterOf(alphabet: Alphabet, codePoint: number): number {
  const { starts, letters } = alphabet;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= codePoint) low = middle;
    else high = middle - 1;
  }
  return letters[low]!;
}

function findStarts(classes: readonly Ranges[]): Int32Array {
  const found = new Set([0]);
  for (const ranges of classes) {
    for (let i = 0; i < ranges.length; i += 2) {
      found.add(ranges[i]!);
      if (ranges[i + 1]! < MAX_CODE_POINT) found.add(ranges[i + 1]! + 1);
    }
  }
  return Int32Array.from(found).sort();
}

/** Gives each run a letter so that two runs share one exactly when every class has both or neither. */
function divide(starts: Int32Array, classes: readonly Ranges[], maxSize: number): Uint16Array | undefined {
  const letters = new Uint16Array(starts.length);
  const runsOf = [starts.length];
  for (const ranges of classes) {
    // Of each letter, the runs inside this class; they get a letter of their own unless they are all it has.
    const inside = new Map<number, number[]>();
    for (let i = 0; i < ranges.length; i += 2) {
      for (
        let run = indexOfStart(starts, ranges[i]!);
        run < starts.length && starts[run]! <= ranges[i + 1]!;
        run++
      ) {
        const runs = inside.get(letters[run]!);
        if (runs) runs.push(run);
        else inside.set(letters[run]!, [run]);
      }
    }
    for (const [letter, runs] of inside) {
      if (runs.length === runsOf[letter]) continue;
      if (runsOf.length === maxSize) return undefined;
      for (const run of runs) letters[run] = runsOf.length;
      runsOf[letter]! -= runs.length;
      runsOf.push(runs.length);
    }
  }
  return letters;
}

/** The index of the run that starts exactly at the code point. */
function indexOfStart(starts: Int32Array, codePoint: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! < codePoint) low = middle + 1;
    else high = middle;
  }
  return low;
}
