// The moments at which an expression is evaluated. Every plan node has one; a subquery or a step-invariant
// part has another than its parent.

/** `count` moments, `stepMs` apart, the first at `startMs`. Integer milliseconds; count may be 0. */
export interface Grid {
  readonly startMs: number;
  /** At least 1, also where there is a single moment. */
  readonly stepMs: number;
  readonly count: number;
}

/** The grid from start to end, both inclusive; empty where the end lies before the start. */
export function gridOf(startMs: number, endMs: number, stepMs: number): Grid {
  const step = Math.max(1, stepMs);
  return { startMs, stepMs: step, count: endMs < startMs ? 0 : Math.floor((endMs - startMs) / step) + 1 };
}

export function instantGrid(timeMs: number): Grid {
  return { startMs: timeMs, stepMs: 1, count: 1 };
}

export function timeAt(grid: Grid, step: number): number {
  return grid.startMs + step * grid.stepMs;
}

/** The last moment of a grid that is not empty. */
export function endOf(grid: Grid): number {
  return grid.startMs + (grid.count - 1) * grid.stepMs;
}

/** The grid that holds only the first moment. */
export function firstStep(grid: Grid): Grid {
  return grid.count <= 1 ? grid : { startMs: grid.startMs, stepMs: grid.stepMs, count: 1 };
}

/**
 * The moments of a subquery inside a node that is evaluated from `fromMs` to `toMs`: all multiples of the step
 * in (from − offset − range, to − offset]. The alignment to multiples of the step makes the answer independent
 * of when the query was asked.
 */
export function subqueryGrid(
  fromMs: number,
  toMs: number,
  rangeMs: number,
  offsetMs: number,
  stepMs: number,
): Grid {
  const open = fromMs - offsetMs - rangeMs;
  let start = stepMs * Math.trunc(open / stepMs);
  if (start <= open) start += stepMs;
  return gridOf(start, toMs - offsetMs, stepMs);
}

/** The time that a selector or range refers to at each step: the step's own, or a fixed one, less an offset. */
export interface Reference {
  /** At step 0, the offset already taken off. */
  readonly startMs: number;
  /** 0 where an @ modifier fixes the time. */
  readonly stepMs: number;
}

export function referenceOf(grid: Grid, fixedMs: number | undefined, offsetMs: number): Reference {
  return fixedMs === undefined
    ? { startMs: grid.startMs - offsetMs, stepMs: grid.stepMs }
    : { startMs: fixedMs - offsetMs, stepMs: 0 };
}

export function lastReference(reference: Reference, grid: Grid): number {
  return reference.startMs + Math.max(0, grid.count - 1) * reference.stepMs;
}
