// Binary operators read their right side first and let the left stream past it. What is counted and annotated
// must look as if the left had come first, as it does in upstream: positions of equal annotations and the
// sample limit depend on it.
import type { QueryState } from '../engine/query-state.ts';

export class RightFirst {
  readonly #state: QueryState;
  #release: () => void = () => {};
  #held = 0;
  #peak = 0;

  constructor(state: QueryState) {
    this.#state = state;
  }

  /** Evaluates the right side. */
  run<T>(evaluate: () => T): T {
    const { samples } = this.#state;
    const before = samples.current;
    let later: { readonly value: T; release(): void } | undefined;
    this.#peak = samples.measurePeak(() => {
      later = this.#state.annotateLater(evaluate);
    });
    this.#held = samples.current - before;
    samples.release(this.#held);
    this.#release = () => later!.release();
    return later!.value;
  }

  /** Called when the left side is done. */
  finish(): void {
    const { samples } = this.#state;
    samples.touch(this.#peak);
    samples.hold(this.#held);
    this.#release();
  }
}
