// Answers whether an input matches, without groups: a deterministic automaton over the program's states that is
// built as inputs need it. Each code point costs one table look-up, or, where the table has no entry yet, one
// walk over the program; a full table is thrown away and begun anew, so memory is bounded and time is linear.
import { type Alphabet, divideAlphabet, letterOf } from './alphabet.ts';
import { contains } from './character-class.ts';
import { holds, Neighbour, neighbourOf, Op, type Program } from './program.ts';

const MAX_LETTERS = 1024;
/** Table entries, and positions kept over all states: at most 128 and 64 KiB for an expression. */
const MAX_TABLE = 32_768;
const MAX_POSITIONS = 16_384;
/** Entries worked out for one input, large ones counting more, before the table is given up for it. */
const MAX_MISSES = 10_000;

// States that the table refers to by number times letters, the first place of their row.

/** No entry in the table yet. */
const UNKNOWN = 0;
/** No way leads to a match any more. */
const DEAD = 1;
/** A match that may end anywhere has been found. */
const FOUND = 2;
const FIRST_STATE = 3;

/** A set of places in the program, before the assertions that depend on the next code point. */
interface State {
  readonly positions: Int32Array;
  /** What the code point before was; `other` unless the program asks. */
  readonly before: Neighbour;
  /** Whether the input may end here; worked out when first asked. */
  accepting: boolean | undefined;
}

export class LazyAutomaton {
  readonly #program: Program;
  readonly #alphabet: Alphabet;
  readonly #marks: PositionSet;
  readonly #pending: number[] = [];
  #table: Int32Array;
  #states: State[] = [];
  #numbers = new Map<string, number>();
  #positionCount = 0;
  #start = UNKNOWN;

  private constructor(program: Program, alphabet: Alphabet) {
    this.#program = program;
    this.#alphabet = alphabet;
    this.#marks = new PositionSet(program.length);
    this.#table = new Int32Array(alphabet.size * 4);
    this.#reset();
  }

  /** Undefined for a program with so many different classes that a table makes no sense. */
  static create(program: Program): LazyAutomaton | undefined {
    const alphabet = divideAlphabet(program, MAX_LETTERS);
    return alphabet && new LazyAutomaton(program, alphabet);
  }

  matches(input: string): boolean {
    const { ascii, size } = this.#alphabet;
    const length = input.length;
    const firstRow = FIRST_STATE * size;
    if (this.#start === UNKNOWN) this.#start = this.#startState();
    // The row of the current state in the table.
    let row = this.#start * size;
    let table = this.#table;
    let misses = 0;
    for (let i = 0; i < length; i++) {
      const start = i;
      const unit = input.charCodeAt(i);
      let letter: number;
      if (unit < 128) letter = ascii[unit]!;
      else {
        const codePoint = input.codePointAt(i)!;
        if (codePoint > 0xffff) i++;
        letter = letterOf(this.#alphabet, codePoint);
      }
      let next = table[row + letter]!;
      if (next < firstRow) {
        if (next !== UNKNOWN) return next === FOUND * size;
        const state = this.#states[row / size]!;
        misses += 1 + (state.positions.length >> 6);
        if (misses > MAX_MISSES) return this.#simulate(input, start, state);
        next = this.#step(row, letter);
        if (next < firstRow) return next === FOUND * size;
        table = this.#table;
      }
      row = next;
    }
    return this.#accepts(this.#states[row / size]!);
  }

  #startState(): number {
    this.#follow(this.#program.start);
    return this.#add(Neighbour.edge);
  }

  /** Works out one table entry. May throw the table away, and with it all rows but the answer. */
  #step(row: number, letter: number): number {
    const { size, examples } = this.#alphabet;
    const after = neighbourOf(examples[letter]!);
    const states = this.#states;
    let to = this.#advance(states[row / size]!, letter, after);
    if (to === UNKNOWN) to = this.#add(this.#remember(after));
    if (states === this.#states) this.#table[row + letter] = to * size;
    return to * size;
  }

  /** Goes on from a state without noting what is found, for inputs that hardly ever meet a state twice. */
  #simulate(input: string, from: number, state: State): boolean {
    for (let i = from; i < input.length; i++) {
      const codePoint = input.codePointAt(i)!;
      if (codePoint > 0xffff) i++;
      const after = neighbourOf(codePoint);
      const outcome = this.#advance(state, letterOf(this.#alphabet, codePoint), after);
      if (outcome !== UNKNOWN) return outcome === FOUND;
      state = { positions: this.#marks.take(), before: this.#remember(after), accepting: undefined };
    }
    return this.#accepts(state);
  }

  /** Answers FOUND or DEAD, or UNKNOWN with the places after the code point left in the marks. */
  #advance(state: State, letter: number, after: Neighbour): number {
    const { ops, next, argument, classes, anywhere, start } = this.#program;
    const example = this.#alphabet.examples[letter]!;
    const current = this.#resolve(state, after);
    let found = false;
    for (let i = 0; i < current.length && !found; i++) {
      const at = current[i]!;
      const op = ops[at]!;
      if (op === Op.match) found = anywhere;
      else if (op === Op.codePoint ? argument[at] === example : contains(classes[argument[at]!]!, example)) {
        this.#follow(next[at]!);
      }
    }
    if (found) {
      this.#marks.clear();
      return FOUND;
    }
    if (anywhere) this.#follow(start);
    return this.#marks.count === 0 ? DEAD : UNKNOWN;
  }

  /** What a state has to know of the code point before it. */
  #remember(before: Neighbour): Neighbour {
    const { looksAtLines, looksAtWords } = this.#program;
    const matters =
      (looksAtLines && before === Neighbour.newline) || (looksAtWords && before === Neighbour.word);
    return matters ? before : Neighbour.other;
  }

  #accepts(state: State): boolean {
    state.accepting ??= this.#resolve(state, Neighbour.edge).some((at) => this.#program.ops[at] === Op.match);
    return state.accepting;
  }

  /** The consuming and matching instructions of a state once the next neighbour is known. */
  #resolve(state: State, after: Neighbour): Int32Array {
    const { ops, next, argument } = this.#program;
    let asserts = false;
    for (const at of state.positions) asserts ||= ops[at] === Op.assert;
    if (!asserts) return state.positions;
    const marks = this.#marks;
    for (const at of state.positions) marks.add(at);
    // Grows while it is walked: what follows an assertion that holds may be another one.
    for (let i = 0; i < marks.count; i++) {
      const at = marks.at(i);
      if (ops[at] === Op.assert && holds(argument[at]!, state.before, after)) this.#follow(next[at]!);
    }
    return marks.take().filter((at) => ops[at] !== Op.assert);
  }

  /** Marks every instruction that consumes, asserts or matches and is reachable without doing so. */
  #follow(from: number): void {
    const { ops, next, argument } = this.#program;
    const pending = this.#pending;
    pending.push(from);
    while (pending.length > 0) {
      const at = pending.pop()!;
      if (!this.#marks.visit(at)) continue;
      const op = ops[at]!;
      if (op === Op.branch) pending.push(argument[at]!, next[at]!);
      else if (op === Op.slot) pending.push(next[at]!);
      else this.#marks.add(at);
    }
  }

  /** Takes the marked positions and answers the number of their state. */
  #add(before: Neighbour): number {
    const positions = this.#marks.take().sort();
    const key = `${before}:${positions.join()}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const size = this.#alphabet.size;
    const full =
      (this.#states.length + 1) * size > Math.max(MAX_TABLE, 8 * size) ||
      this.#positionCount + positions.length > Math.max(MAX_POSITIONS, 2 * this.#program.length);
    if (full) this.#reset();
    const number = this.#states.length;
    if ((number + 1) * size > this.#table.length) {
      const grown = new Int32Array(this.#table.length * 2);
      grown.set(this.#table);
      this.#table = grown;
    }
    this.#states.push({ positions, before, accepting: undefined });
    this.#numbers.set(key, number);
    this.#positionCount += positions.length;
    return number;
  }

  #reset(): void {
    const none: State = { positions: new Int32Array(0), before: Neighbour.other, accepting: false };
    this.#states = [none, none, none];
    this.#numbers = new Map();
    this.#table.fill(UNKNOWN);
    this.#positionCount = 0;
    this.#start = UNKNOWN;
  }
}

/** Instruction numbers in the order of their arrival, each once. */
class PositionSet {
  readonly #visited: Int32Array;
  readonly #kept: Int32Array;
  readonly #keptRound: Int32Array;
  #round = 1;
  count = 0;

  constructor(size: number) {
    this.#visited = new Int32Array(size);
    this.#keptRound = new Int32Array(size);
    this.#kept = new Int32Array(size);
  }

  /** False when the instruction was passed before in this round. */
  visit(at: number): boolean {
    if (this.#visited[at] === this.#round) return false;
    this.#visited[at] = this.#round;
    return true;
  }

  add(at: number): void {
    if (this.#keptRound[at] === this.#round) return;
    this.#keptRound[at] = this.#round;
    this.#kept[this.count++] = at;
  }

  at(index: number): number {
    return this.#kept[index]!;
  }

  /** A copy of what was kept; begins a new round. */
  take(): Int32Array {
    const kept = this.#kept.slice(0, this.count);
    this.clear();
    return kept;
  }

  clear(): void {
    this.count = 0;
    this.#round++;
  }
}
