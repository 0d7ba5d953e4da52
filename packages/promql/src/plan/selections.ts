// The list of what a query reads. Equal matchers share one entry over the union of their times, so that the
// storage resolves them once; hints of entries that disagree are dropped to what holds for both.
import type { Matcher, SelectHints, SelectRequest } from '@prometheus-ts/model';

export class Selections {
  readonly #requests: SelectRequest[] = [];
  readonly #byKey = new Map<string, number>();

  /** In the order of the indices given out. */
  get requests(): readonly SelectRequest[] {
    return this.#requests;
  }

  /** The index of the selection with these matchers, made wide enough for the times. */
  add(matchers: readonly Matcher[], minTimeMs: number, maxTimeMs: number, hints: SelectHints): number {
    const key = JSON.stringify(matchers.map((m) => [m.type, m.name, m.value]));
    const known = this.#byKey.get(key);
    if (known === undefined) {
      this.#byKey.set(key, this.#requests.length);
      return this.#requests.push({ matchers, minTimeMs, maxTimeMs, hints }) - 1;
    }
    const request = this.#requests[known]!;
    this.#requests[known] = {
      matchers,
      minTimeMs: Math.min(request.minTimeMs, minTimeMs),
      maxTimeMs: Math.max(request.maxTimeMs, maxTimeMs),
      hints: mergeHints(request.hints!, hints),
    };
    return known;
  }
}

function mergeHints(a: SelectHints, b: SelectHints): SelectHints {
  const sameGrouping = a.by === b.by && a.grouping.join('\xff') === b.grouping.join('\xff');
  return {
    func: a.func === b.func ? a.func : '',
    rangeMs: Math.max(a.rangeMs, b.rangeMs),
    stepMs: Math.min(a.stepMs, b.stepMs),
    grouping: sameGrouping ? a.grouping : [],
    by: sameGrouping && a.by,
    limit: 0,
  };
}
