// Runs a query and tells what each part of it did: series, samples, time and memory per node of the plan, and
// why parts are empty or not what one expects.
import type { Queryable, SeriesSet } from '@prometheus-ts/model';
import type { Span } from '../ast.ts';
import type { EngineFeatures } from '../engine/options.ts';
import { QueryState } from '../engine/query-state.ts';
import { SampleAccount } from '../engine/sample-account.ts';
import type { Hint, HintContext } from '../hints/hint.ts';
import { hintsForExpr } from '../hints/hints.ts';
import { QueryCounter } from '../operators/sample-counter.ts';
import { parseExpr } from '../parse/parse.ts';
import { resolveDurations } from '../parse/resolve-durations.ts';
import { buildPlan, type Plan } from '../plan/build-plan.ts';
import { inputsOf, type PlanNode } from '../plan/plan.ts';
import { printExpr } from '../print/print.ts';
import { explainEmpty, SEARCH_BACK_MS } from './empty-selector.ts';
import { histogramNotes } from './histogram-notes.ts';
import { explainSides } from './match-sides.ts';
import { valueNotes } from './notes.ts';
import { ObservedBuilder } from './observed-builder.ts';
import { type NodeFigures, Profile } from './profile.ts';

export interface ExplainRequest {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query at `startMs`. */
  readonly stepMs: number;
  readonly lookbackMs: number;
  readonly defaultSubqueryStepMs: number;
  readonly features: EngineFeatures;
  /** 0 for no limit. */
  readonly maxSamples: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly cancel?: Int32Array;
  readonly hints: HintContext;
}

export interface Explanation {
  readonly query: string;
  readonly plan: ExplainedNode;
  readonly hints: readonly Hint[];
  /** Upstream's annotations. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** Why the query failed, if it did; the figures are those up to then. */
  readonly error: string | undefined;
}

export interface ExplainedNode {
  readonly kind: PlanNode['kind'];
  /** The part of the query, in normal form. */
  readonly text: string;
  readonly position: Span;
  /** Moments at which it was evaluated. */
  readonly steps: number;
  /** Undefined for nodes that yield numbers, and for those that were read in one go with their parent. */
  readonly seriesIn: number | undefined;
  readonly seriesOut: number | undefined;
  readonly samples: number | undefined;
  /** Milliseconds of this node alone, without its inputs. */
  readonly timeMs: number | undefined;
  /** Bytes that it holds on to. */
  readonly bytes: number | undefined;
  /** Binary operators on vectors: series of each side that found a partner. */
  readonly matched: { readonly left: number; readonly right: number } | undefined;
  readonly notes: readonly Hint[];
  readonly inputs: readonly ExplainedNode[];
}

/** Throws ParseError, or CodedError `promql/duration`, where there is nothing to run. */
export async function explainQuery(storage: Queryable, request: ExplainRequest): Promise<Explanation> {
  const { query, startMs, endMs, stepMs, lookbackMs, hints: context } = request;
  const parsed = parseExpr(query, context.options);
  const expr = resolveDurations(query, parsed, { stepMs, rangeMs: endMs - startMs });
  const plan = buildPlan(expr, {
    startMs,
    endMs,
    stepMs,
    lookbackMs,
    defaultSubqueryStepMs: () => request.defaultSubqueryStepMs,
  });
  const times = timesOf(plan, startMs, endMs);
  const querier = storage.querier(times.minTimeMs, times.maxTimeMs);
  try {
    const { requests } = plan.selections;
    const sets = requests.length === 0 ? [] : await querier.select(requests);
    const run = runPlan(plan, request, sets);
    const wide = storage.querier(times.minTimeMs - SEARCH_BACK_MS, times.maxTimeMs);
    try {
      const explainer = new NodeExplainer(query, context, run.builder, (node) => ({
        querier: wide,
        minTimeMs: times.minTimeMs - SEARCH_BACK_MS,
        maxTimeMs: times.maxTimeMs,
        reachMs: node.kind === 'range-scan' ? node.rangeMs : lookbackMs,
      }));
      return {
        query,
        plan: await explainer.explain(plan.root),
        hints: hintsForExpr(query, parsed, context),
        ...run.annotations,
        error: run.error,
      };
    } finally {
      wide.close();
    }
  } finally {
    querier.close();
  }
}

function timesOf(plan: Plan, startMs: number, endMs: number): { minTimeMs: number; maxTimeMs: number } {
  let minTimeMs = startMs;
  let maxTimeMs = endMs;
  for (const request of plan.selections.requests) {
    minTimeMs = Math.min(minTimeMs, request.minTimeMs);
    maxTimeMs = Math.max(maxTimeMs, request.maxTimeMs);
  }
  return { minTimeMs, maxTimeMs };
}

function runPlan(plan: Plan, request: ExplainRequest, seriesSets: readonly SeriesSet[]) {
  const { root, grid } = plan;
  const state = new QueryState({
    grid,
    lookbackMs: request.lookbackMs,
    features: request.features,
    samples: new SampleAccount(request.maxSamples),
    seriesSets,
    cancel: request.cancel,
    deadlineMs: performance.now() + request.timeoutMs,
    maxBytes: request.maxBytes,
  });
  const profile = new Profile(() => state.heldBytes);
  const builder = new ObservedBuilder(request.lookbackMs, profile);
  const counter = new QueryCounter(state.samples);
  let error: string | undefined;
  try {
    if (root.type === 'scalar') builder.scalar(root, counter).evaluate(state);
    else if (root.type === 'vector') {
      const operator = builder.vector(root, counter);
      operator.open(state);
      operator.produce(state, { accept: () => {} });
    }
  } catch (failure) {
    error = failure instanceof Error ? failure.message : String(failure);
  }
  profile.switchTo(undefined);
  return { builder, error, annotations: state.annotations.print(request.query) };
}

type EmptyContextOf = (node: PlanNode) => Parameters<typeof explainEmpty>[1];

class NodeExplainer {
  readonly #query: string;
  readonly #context: HintContext;
  readonly #builder: ObservedBuilder;
  readonly #emptyContext: EmptyContextOf;

  constructor(query: string, context: HintContext, builder: ObservedBuilder, emptyContext: EmptyContextOf) {
    this.#query = query;
    this.#context = context;
    this.#builder = builder;
    this.#emptyContext = emptyContext;
  }

  async explain(node: PlanNode): Promise<ExplainedNode> {
    const inputs: ExplainedNode[] = [];
    for (const input of inputsOf(node)) inputs.push(await this.explain(input));
    const figures = this.#builder.figures.get(node);
    const known = inputs.filter(({ seriesOut }) => seriesOut !== undefined);
    const sides = this.#sidesOf(node);
    return {
      kind: node.kind,
      text: printExpr(node.expr),
      position: node.expr.pos,
      steps: node.grid.count,
      seriesIn: known.length === 0 ? undefined : known.reduce((sum, { seriesOut }) => sum + seriesOut!, 0),
      seriesOut: figures?.series,
      samples: figures?.samples,
      timeMs: figures?.selfMs,
      bytes: figures?.bytes,
      matched: sides && { left: sides.leftMatched, right: sides.rightMatched },
      notes: [...(sides?.hints ?? []), ...(await this.#notesOf(node, figures))],
      inputs,
    };
  }

  async #notesOf(node: PlanNode, figures: NodeFigures | undefined): Promise<Hint[]> {
    if (!figures) return [];
    if (figures.series === 0 && node.kind === 'scan') {
      return [await explainEmpty(node.expr, this.#emptyContext(node))];
    }
    if (figures.series === 0 && node.kind === 'range-scan') {
      return [await explainEmpty(node.expr.selector, this.#emptyContext(node))];
    }
    const inputs = inputsOf(node).flatMap((input) => this.#builder.figures.get(input) ?? []);
    const window = node.kind === 'range-call' ? this.#builder.windows.get(node.matrix) : undefined;
    return [...valueNotes(node, figures, inputs, window), ...histogramNotes(node, inputs[0])];
  }

  #sidesOf(node: PlanNode) {
    if (node.kind !== 'vector-binary') return undefined;
    const left = this.#builder.figures.get(node.left);
    const right = this.#builder.figures.get(node.right);
    if (!left || !right) return undefined;
    return explainSides(this.#query, node.expr, left.labels, right.labels, this.#context);
  }
}
