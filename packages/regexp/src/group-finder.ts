// Finds where a match and its groups lie, preferring matches as Perl does: leftmost first, then alternatives
// and repetitions in their order. Small inputs are searched depth first with a note of every visited (place,
// position), so none is tried twice; large ones with all ways in step. Both take linear time.
import { contains } from './character-class.ts';
import { holds, Neighbour, neighbourOf, Op, type Program } from './program.ts';
import { RegexpError } from './regexp-error.ts';
import { StepSearch } from './step-search.ts';

/** Bits of notes that a depth-first search may take: always, and when the other search would need more. */
const SMALL_NOTES = 1 << 20;
const LARGE_NOTES = 1 << 28;

export class GroupFinder {
  readonly #program: Program;
  readonly #source: string;
  #visited = new Uint32Array(0);
  #steps: StepSearch | undefined;
  /** Places still to try, as pairs: an instruction and a position, or ~slot and the value to put back. */
  readonly #jobs: number[] = [];

  constructor(program: Program, source: string) {
    this.#program = program;
    this.#source = source;
  }

  /** The slots of the first match at or after `from`, or undefined. */
  find(input: string, from: number): Int32Array | undefined {
    const program = this.#program;
    const notes = program.length * (input.length - from + 1);
    if (notes <= SMALL_NOTES) return this.#searchDepthFirst(input, from, notes);
    if (StepSearch.affords(program)) return (this.#steps ??= new StepSearch(program)).find(input, from);
    if (notes <= LARGE_NOTES) return this.#searchDepthFirst(input, from, notes);
    throw new RegexpError(
      'expression too large',
      this.#source,
      'it has too many groups for an input of this length',
    );
  }

  #searchDepthFirst(input: string, from: number, notes: number): Int32Array | undefined {
    const words = (notes + 31) >>> 5;
    if (this.#visited.length < words) this.#visited = new Uint32Array(words);
    else this.#visited.fill(0, 0, words);
    const slots = new Int32Array(this.#program.slotCount).fill(-1);
    const last = this.#program.anywhere ? input.length : from;
    let found = false;
    for (let start = from; start <= last && !found; start++) {
      if (start > from && isInsidePair(input, start)) continue;
      found = this.#tryFrom(input, from, start, slots);
    }
    if (notes > SMALL_NOTES) this.#visited = new Uint32Array(0);
    return found ? slots : undefined;
  }

  #tryFrom(input: string, from: number, start: number, slots: Int32Array): boolean {
    const { ops, next, argument, classes, anywhere } = this.#program;
    const visited = this.#visited;
    const width = input.length - from + 1;
    const jobs = this.#jobs;
    jobs.length = 0;
    jobs.push(this.#program.start, start);
    while (jobs.length > 0) {
      let position = jobs.pop()!;
      let at = jobs.pop()!;
      if (at < 0) {
        slots[~at] = position;
        continue;
      }
      for (;;) {
        const note = at * width + position - from;
        if ((visited[note >>> 5]! & (1 << (note & 31))) !== 0) break;
        visited[note >>> 5]! |= 1 << (note & 31);
        const op = ops[at]!;
        const value = argument[at]!;
        if (op === Op.branch) jobs.push(value, position);
        else if (op === Op.slot) {
          jobs.push(~value, slots[value]!);
          slots[value] = position;
        } else if (op === Op.assert) {
          if (!holdsAt(value, input, position)) break;
        } else if (op === Op.match) {
          if (anywhere || position === input.length) return true;
          break;
        } else {
          const codePoint = position < input.length ? input.codePointAt(position)! : -1;
          if (codePoint < 0) break;
          if (op === Op.codePoint ? codePoint !== value : !contains(classes[value]!, codePoint)) break;
          position += codePoint > 0xffff ? 2 : 1;
        }
        at = next[at]!;
      }
    }
    return false;
  }
}

function isInsidePair(input: string, position: number): boolean {
  return input.codePointAt(position - 1)! > 0xffff;
}

function holdsAt(assertion: number, input: string, position: number): boolean {
  // Half a surrogate pair is neither a newline nor part of a word.
  const before = position === 0 ? Neighbour.edge : neighbourOf(input.charCodeAt(position - 1));
  const after = position === input.length ? Neighbour.edge : neighbourOf(input.charCodeAt(position));
  return holds(assertion, before, after);
}
