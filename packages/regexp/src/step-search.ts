// The search for large inputs: all ways through the program advance together, one code point at a time, each
// with its own copy of the slots, in the order of preference (Pike's machine).
import { contains } from './character-class.ts';
import { holds, Neighbour, neighbourOf, Op, type Program } from './program.ts';

/** Slots that two lists of ways may hold: 64 MiB. */
const MAX_SLOTS = 1 << 24;

export class StepSearch {
  readonly #program: Program;
  #current: WayList;
  #upcoming: WayList;
  readonly #jobs: number[] = [];
  readonly #slots: Int32Array;

  constructor(program: Program) {
    this.#program = program;
    this.#current = new WayList(program);
    this.#upcoming = new WayList(program);
    this.#slots = new Int32Array(program.slotCount);
  }

  /** Whether the memory for this program stays within bounds. */
  static affords(program: Program): boolean {
    return 2 * program.length * program.slotCount <= MAX_SLOTS;
  }

  find(input: string, from: number): Int32Array | undefined {
    const { ops, next, argument, classes, anywhere, start } = this.#program;
    let best: Int32Array | undefined;
    let before: Neighbour = from === 0 ? Neighbour.edge : neighbourOf(input.charCodeAt(from - 1));
    this.#current.clear();
    for (let position = from; ; ) {
      const codePoint = position < input.length ? input.codePointAt(position)! : -1;
      const after = neighbourOf(codePoint);
      if (position === from || (anywhere && !best)) {
        this.#slots.fill(-1);
        this.#enter(this.#current, start, position, before, after);
      }
      if (this.#current.count === 0 && (best || !anywhere)) return best;
      const width = codePoint > 0xffff ? 2 : 1;
      const upcoming = this.#upcoming;
      upcoming.clear();
      const beyond = codePoint < 0 ? Neighbour.edge : neighbourOf(input.codePointAt(position + width) ?? -1);
      for (let i = 0; i < this.#current.count; i++) {
        const at = this.#current.places[i]!;
        const op = ops[at]!;
        const value = argument[at]!;
        if (op === Op.match) {
          if (!anywhere && codePoint >= 0) continue;
          best = this.#current.slotsOf(i).slice();
          break;
        }
        if (codePoint < 0) continue;
        if (op === Op.codePoint ? codePoint !== value : !contains(classes[value]!, codePoint)) continue;
        this.#slots.set(this.#current.slotsOf(i));
        this.#enter(upcoming, next[at]!, position + width, after, beyond);
      }
      if (codePoint < 0) return best;
      this.#upcoming = this.#current;
      this.#current = upcoming;
      position += width;
      before = after;
    }
  }

  /** Adds every way that goes on from an instruction at this position, most preferred first. */
  #enter(list: WayList, from: number, position: number, before: Neighbour, after: Neighbour): void {
    const { ops, next, argument } = this.#program;
    const slots = this.#slots;
    const jobs = this.#jobs;
    jobs.push(from, 0);
    while (jobs.length > 0) {
      const saved = jobs.pop()!;
      let at = jobs.pop()!;
      if (at < 0) {
        slots[~at] = saved;
        continue;
      }
      while (list.visit(at)) {
        const op = ops[at]!;
        const value = argument[at]!;
        if (op === Op.branch) jobs.push(value, 0);
        else if (op === Op.slot) {
          jobs.push(~value, slots[value]!);
          slots[value] = position;
        } else if (op === Op.assert) {
          if (!holds(value, before, after)) break;
        } else {
          list.add(at, slots);
          break;
        }
        at = next[at]!;
      }
    }
  }
}

class WayList {
  readonly places: Int32Array;
  count = 0;
  readonly #slots: Int32Array;
  readonly #slotCount: number;
  readonly #visited: Int32Array;
  #round = 1;

  constructor(program: Program) {
    this.places = new Int32Array(program.length);
    this.#visited = new Int32Array(program.length);
    this.#slotCount = program.slotCount;
    this.#slots = new Int32Array(program.length * program.slotCount);
  }

  visit(at: number): boolean {
    if (this.#visited[at] === this.#round) return false;
    this.#visited[at] = this.#round;
    return true;
  }

  add(at: number, slots: Int32Array): void {
    this.#slots.set(slots, this.count * this.#slotCount);
    this.places[this.count++] = at;
  }

  /** A view, valid until the next `clear`. */
  slotsOf(index: number): Int32Array {
    return this.#slots.subarray(index * this.#slotCount, (index + 1) * this.#slotCount);
  }

  clear(): void {
    this.count = 0;
    this.#round++;
  }
}
