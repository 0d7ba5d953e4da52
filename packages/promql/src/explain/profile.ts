// Whose work is going on right now. Operators push columns into each other, so that a call of one contains
// work of another; time and memory go to the node that was switched to last.
import type { LabelSet } from '@prometheus-ts/model';

/** What one plan node did. */
export class NodeFigures {
  /** Series that had at least one sample. */
  series = 0;
  samples = 0;
  selfMs = 0;
  bytes = 0;
  /** Label sets of the series, at most KEPT_LABEL_SETS of them; for nodes that feed a binary operator. */
  readonly labels: LabelSet[] = [];
  /** For each of them: its float at the last step, NaN where it has none; and whether it has a histogram. */
  readonly lastValues: number[] = [];
  readonly lastHistogram: boolean[] = [];
  /** Values that are +Inf, -Inf or NaN. */
  infinite = 0;
  notANumber = 0;
}

export const KEPT_LABEL_SETS = 10_000;

export class Profile {
  readonly #heldBytes: () => number;
  #current: NodeFigures | undefined;
  #sinceMs = performance.now();
  #sinceBytes = 0;

  /** @param heldBytes memory that the query holds at the moment */
  constructor(heldBytes: () => number) {
    this.#heldBytes = heldBytes;
  }

  /** Books what happened since the last switch, and goes on for `next`. Returns for whom it was before. */
  switchTo(next: NodeFigures | undefined): NodeFigures | undefined {
    const nowMs = performance.now();
    const bytes = this.#heldBytes();
    const before = this.#current;
    if (before) {
      before.selfMs += nowMs - this.#sinceMs;
      before.bytes += bytes - this.#sinceBytes;
    }
    this.#sinceMs = nowMs;
    this.#sinceBytes = bytes;
    this.#current = next;
    return before;
  }
}
