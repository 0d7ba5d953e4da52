// Where the sample counts of one part of the plan go: to the steps of the query, multiplied under a
// step-invariant node, filtered and shifted inside a subquery.
import { queryStepOf, type SampleAccount } from '../engine/sample-account.ts';
import { type Grid, timeAt } from '../plan/grid.ts';

export interface SampleCounter {
  /** Whether counts must be reported step by step; otherwise `add` with step 0 may carry the sum of all. */
  readonly perStep: boolean;
  /**
   * @param loaded samples that the step looks at
   * @param read samples that no earlier step of the same series had looked at
   */
  add(step: number, loaded: number, read: number): void;
}

/** Counts of nodes on the query's own grid. */
export class QueryCounter implements SampleCounter {
  readonly #account: SampleAccount;
  readonly perStep: boolean;

  constructor(account: SampleAccount) {
    this.#account = account;
    this.perStep = account.totalPerStep !== undefined;
  }

  add(step: number, loaded: number, read: number): void {
    const account = this.#account;
    account.total += loaded;
    account.read += read;
    if (account.totalPerStep !== undefined) {
      account.totalPerStep[step]! += loaded;
      account.readPerStep![step]! += read;
    }
  }
}

/** Counts of what is evaluated once for all steps: looked at by each, read by the first. */
export class InvariantCounter implements SampleCounter {
  readonly perStep = false;
  readonly #parent: SampleCounter;
  readonly #steps: number;

  constructor(parent: SampleCounter, steps: number) {
    this.#parent = parent;
    this.#steps = steps;
  }

  add(_step: number, loaded: number, read: number): void {
    if (!this.#parent.perStep) {
      this.#parent.add(0, loaded * this.#steps, read);
      return;
    }
    for (let step = 0; step < this.#steps; step++) this.#parent.add(step, loaded, step === 0 ? read : 0);
  }
}

/**
 * Counts inside a subquery under a function. What it looks at is not counted, since the function counts the
 * windows of its result; what it reads belongs to the first outer step that uses it, and steps that fall
 * between two outer windows do not count.
 */
export class SubqueryCounter implements SampleCounter {
  readonly perStep: boolean;
  readonly #parent: SampleCounter;
  readonly #outer: Grid;
  readonly #inner: Grid;
  readonly #rangeMs: number;
  readonly #offsetMs: number;

  constructor(parent: SampleCounter, outer: Grid, inner: Grid, rangeMs: number, offsetMs: number) {
    this.#parent = parent;
    this.#outer = outer;
    this.#inner = inner;
    this.#rangeMs = rangeMs;
    this.#offsetMs = offsetMs;
    this.perStep = outer.count > 1 && (parent.perStep || rangeMs < outer.stepMs);
  }

  add(step: number, _loaded: number, read: number): void {
    if (read === 0) return;
    if (!this.perStep) {
      this.#parent.add(0, 0, read);
      return;
    }
    const time = timeAt(this.#inner, step) + this.#offsetMs;
    const outerStep = queryStepOf(this.#outer, time);
    if (time <= timeAt(this.#outer, outerStep) - this.#rangeMs) return;
    this.#parent.add(outerStep, 0, read);
  }
}
