// Annotations of a binary operator. At each step only the last one counts, as in upstream, where an operator
// walks the samples of a step and keeps its last error; we walk the steps of a series.
import type { Span } from '../ast.ts';
import type { Annotations } from '../engine/annotations.ts';

export class StepNotes {
  readonly #byStep = new Map<number, (to: Annotations, pos: Span) => void>();

  /** Replaces what was noted for the step before. */
  set(step: number, note: (to: Annotations, pos: Span) => void): void {
    this.#byStep.set(step, note);
  }

  flush(to: Annotations, pos: Span): void {
    for (const note of this.#byStep.values()) note(to, pos);
    this.#byStep.clear();
  }
}
