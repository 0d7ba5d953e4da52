// Turns a type-checked expression with resolved durations into a plan for one run of it.
import type { SelectHints } from '@prometheus-ts/model';
import {
  type AggregateExpr,
  type AtModifier,
  type BinaryExpr,
  type CallExpr,
  type Expr,
  type MatrixExpr,
  type SubqueryExpr,
  typeOf,
  type VectorExpr,
  withoutParens,
} from '../ast.ts';
import { applyScalarOperator } from '../operators/scalar-operators.ts';
import {
  endOf,
  firstStep,
  type Grid,
  gridOf,
  lastReference,
  type Reference,
  referenceOf,
  subqueryGrid,
} from './grid.ts';
import { HistogramUse } from './histogram-use.ts';
import { type InfoSelection, planInfoSelection } from './info-selection.ts';
import type {
  MatrixNode,
  PlanNode,
  RangeScanNode,
  ScalarNode,
  ScanNode,
  StringNode,
  SubqueryNode,
  VectorNode,
} from './plan.ts';
import { Selections } from './selections.ts';
import { QUERY_CONSTANTS, StepInvariance } from './step-invariance.ts';

export interface PlanOptions {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
  readonly lookbackMs: number;
  /** The step of a subquery that names none. */
  readonly defaultSubqueryStepMs: (rangeMs: number) => number;
}

export interface Plan {
  readonly root: PlanNode;
  readonly grid: Grid;
  readonly selections: Selections;
}

/** What stands directly around a selector; becomes its storage hints. */
interface Surroundings {
  readonly func: string;
  readonly grouping: readonly string[];
  readonly by: boolean;
}
const NOTHING_AROUND: Surroundings = { func: '', grouping: [], by: false };

export function buildPlan(expr: Expr, options: PlanOptions): Plan {
  const builder = new PlanBuilder(options);
  const grid = gridOf(options.startMs, options.endMs, options.stepMs);
  return { root: builder.build(expr, grid, NOTHING_AROUND), grid, selections: builder.selections };
}

class PlanBuilder {
  readonly selections = new Selections();
  readonly #options: PlanOptions;
  readonly #invariance = new StepInvariance();
  readonly #histogramUse = new HistogramUse();

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  build(expr: Expr, grid: Grid, around: Surroundings): PlanNode {
    expr = withoutParens(expr);
    const type = typeOf(expr);
    if (type === 'matrix') return this.#matrix(expr as MatrixExpr | SubqueryExpr, grid, around);
    if (type === 'string') return stringNode(expr, grid);
    if (type === 'scalar') return this.scalar(expr, grid, around);
    return this.vector(expr, grid, around);
  }

  vector(expr: Expr, grid: Grid, around: Surroundings): VectorNode {
    expr = withoutParens(expr);
    if (grid.count > 1 && this.#invariance.isInvariant(expr)) {
      const input = this.#vector(expr, firstStep(grid), around);
      return { kind: 'invariant', type: 'vector', expr, grid, input };
    }
    return this.#vector(expr, grid, around);
  }

  scalar(expr: Expr, grid: Grid, around: Surroundings): ScalarNode {
    expr = withoutParens(expr);
    if (grid.count > 1 && expr.kind !== 'number' && this.#invariance.isInvariant(expr)) {
      const input = this.#scalar(expr, firstStep(grid), around);
      if (input.kind === 'constant') return { ...input, grid };
      return { kind: 'invariant-scalar', type: 'scalar', expr, grid, input };
    }
    return this.#scalar(expr, grid, around);
  }

  #vector(expr: Expr, grid: Grid, around: Surroundings): VectorNode {
    return this.#histogramUse.inside(expr, () => this.#plainVector(expr, grid, around));
  }

  #plainVector(expr: Expr, grid: Grid, around: Surroundings): VectorNode {
    switch (expr.kind) {
      case 'vector':
        return this.#scan(expr, grid, around);
      case 'call':
        return this.#vectorCall(expr, grid);
      case 'aggregate':
        return this.#aggregate(expr, grid);
      case 'binary':
        return this.#binary(expr, grid);
      case 'unary': {
        const input = this.vector(expr.expr, grid, around);
        return expr.op === '+' ? input : { kind: 'negate', type: 'vector', expr, grid, input };
      }
      default:
        throw new Error(`no vector: ${expr.kind}`);
    }
  }

  #scan(expr: VectorExpr, grid: Grid, around: Surroundings): ScanNode {
    const { lookbackMs } = this.#options;
    const reference = referenceOf(grid, this.#fixedTime(expr.at), expr.offsetMs);
    const selection = this.#select(expr, grid, reference, {
      before: lookbackMs - 1,
      after: expr.smoothed ? lookbackMs : 0,
      hints: { ...around, rangeMs: 0, stepMs: grid.stepMs, limit: 0 },
    });
    const statsOnly = this.#histogramUse.isStatsOnly;
    return { kind: 'scan', type: 'vector', expr, grid, selection, reference, statsOnly };
  }

  #matrix(expr: MatrixExpr | SubqueryExpr, grid: Grid, around: Surroundings): MatrixNode {
    return expr.kind === 'subquery'
      ? this.#histogramUse.inside(expr, () => this.#subquery(expr, grid, around))
      : this.#rangeScan(expr, grid, around);
  }

  #rangeScan(expr: MatrixExpr, grid: Grid, around: Surroundings): RangeScanNode {
    const { lookbackMs } = this.#options;
    const { selector, rangeMs } = expr;
    const reference = referenceOf(grid, this.#fixedTime(selector.at), selector.offsetMs);
    const selection = this.#select(selector, grid, reference, {
      before: rangeMs - 1 + (selector.anchored || selector.smoothed ? lookbackMs : 0),
      after: selector.smoothed ? lookbackMs : 0,
      hints: { func: around.func, grouping: [], by: false, rangeMs, stepMs: grid.stepMs, limit: 0 },
    });
    const statsOnly = this.#histogramUse.isStatsOnly;
    return { kind: 'range-scan', type: 'matrix', expr, grid, selection, rangeMs, reference, statsOnly };
  }

  #select(
    expr: VectorExpr,
    grid: Grid,
    reference: Reference,
    need: { before: number; after: number; hints: SelectHints },
  ): number {
    const minTimeMs = reference.startMs - need.before;
    const maxTimeMs = lastReference(reference, grid) + need.after;
    return this.selections.add(expr.matchers, Math.min(minTimeMs, maxTimeMs), maxTimeMs, need.hints);
  }

  #subquery(expr: SubqueryExpr, grid: Grid, around: Surroundings): SubqueryNode {
    const fixedMs = this.#fixedTime(expr.at);
    const stepMs = expr.stepMs !== 0 ? expr.stepMs : this.#options.defaultSubqueryStepMs(expr.rangeMs);
    const fromMs = fixedMs ?? grid.startMs;
    const toMs = fixedMs ?? endOf(grid);
    const innerGrid = subqueryGrid(fromMs, toMs, expr.rangeMs, expr.offsetMs, stepMs);
    const inner =
      typeOf(expr.expr) === 'scalar'
        ? this.scalar(expr.expr, innerGrid, around)
        : this.vector(expr.expr, innerGrid, around);
    const reference = referenceOf(grid, fixedMs, expr.offsetMs);
    return { kind: 'subquery', type: 'matrix', expr, grid, inner, rangeMs: expr.rangeMs, reference };
  }

  #vectorCall(expr: CallExpr, grid: Grid): VectorNode {
    const args = this.#arguments(expr, grid);
    const matrixAt = args.findIndex((arg) => arg.type === 'matrix');
    if (matrixAt >= 0) {
      const matrix = args[matrixAt] as MatrixNode;
      const scalars = args.filter((arg) => arg.type === 'scalar');
      return { kind: 'range-call', type: 'vector', expr, grid, matrix, scalars };
    }
    const info = expr.func.name === 'info' ? this.#infoSelection(expr, grid) : undefined;
    return { kind: 'call', type: 'vector', expr, grid, args, info };
  }

  #infoSelection(expr: CallExpr, grid: Grid): InfoSelection {
    const fixedTime = (at: AtModifier | undefined) => this.#fixedTime(at);
    return planInfoSelection(expr, grid, this.#options.lookbackMs, fixedTime, this.selections);
  }

  #arguments(expr: CallExpr, grid: Grid): PlanNode[] {
    const around = { func: expr.func.name, grouping: [], by: false };
    // The second argument of info() only carries matchers; it is never evaluated.
    const args = expr.func.name === 'info' ? expr.args.slice(0, 1) : expr.args;
    return args.map((arg) => this.build(arg, grid, around));
  }

  #aggregate(expr: AggregateExpr, grid: Grid): VectorNode {
    const { param } = expr;
    const paramNode =
      param === undefined
        ? undefined
        : typeOf(param) === 'string'
          ? stringNode(withoutParens(param), grid)
          : this.scalar(param, grid, NOTHING_AROUND);
    const around = { func: expr.op, grouping: expr.grouping, by: !expr.without };
    const input = this.vector(expr.expr, grid, around);
    return { kind: 'aggregate', type: 'vector', expr, grid, input, param: paramNode };
  }

  #binary(expr: BinaryExpr, grid: Grid): VectorNode {
    const leftIsScalar = typeOf(expr.left) === 'scalar';
    if (leftIsScalar || typeOf(expr.right) === 'scalar') {
      const [scalarSide, vectorSide] = leftIsScalar ? [expr.left, expr.right] : [expr.right, expr.left];
      const vector = this.vector(vectorSide, grid, NOTHING_AROUND);
      const scalar = this.scalar(scalarSide, grid, NOTHING_AROUND);
      return { kind: 'vector-scalar', type: 'vector', expr, grid, vector, scalar, swapped: leftIsScalar };
    }
    const left = this.vector(expr.left, grid, NOTHING_AROUND);
    const right = this.vector(expr.right, grid, NOTHING_AROUND);
    return { kind: 'vector-binary', type: 'vector', expr, grid, left, right };
  }

  #scalar(expr: Expr, grid: Grid, around: Surroundings): ScalarNode {
    switch (expr.kind) {
      case 'number':
        return { kind: 'constant', type: 'scalar', expr, grid, value: expr.value };
      case 'unary': {
        const input = this.scalar(expr.expr, grid, around);
        if (expr.op === '+') return input;
        if (input.kind === 'constant') return { ...input, expr, value: -input.value };
        return { kind: 'scalar-negate', type: 'scalar', expr, grid, input };
      }
      case 'binary': {
        const left = this.scalar(expr.left, grid, NOTHING_AROUND);
        const right = this.scalar(expr.right, grid, NOTHING_AROUND);
        if (left.kind === 'constant' && right.kind === 'constant') {
          const value = applyScalarOperator(expr.op, left.value, right.value);
          return { kind: 'constant', type: 'scalar', expr, grid, value };
        }
        return { kind: 'scalar-binary', type: 'scalar', expr, grid, left, right };
      }
      case 'call': {
        if (QUERY_CONSTANTS.has(expr.func.name)) {
          return { kind: 'constant', type: 'scalar', expr, grid, value: this.#queryConstant(expr.func.name) };
        }
        return { kind: 'scalar-call', type: 'scalar', expr, grid, args: this.#arguments(expr, grid) };
      }
      default:
        throw new Error(`no scalar: ${expr.kind}`);
    }
  }

  /** In seconds, whatever grid the call stands in. */
  #queryConstant(name: string): number {
    const { startMs, endMs, stepMs } = this.#options;
    switch (name) {
      case 'start':
        return startMs / 1000;
      case 'end':
        return endMs / 1000;
      case 'range':
        return (endMs - startMs) / 1000;
      default:
        return startMs === endMs ? 0 : stepMs / 1000;
    }
  }

  #fixedTime(at: AtModifier | undefined): number | undefined {
    if (at === undefined) return undefined;
    if (at.kind === 'time') return at.timeMs;
    return at.kind === 'start' ? this.#options.startMs : this.#options.endMs;
  }
}

function stringNode(expr: Expr, grid: Grid): StringNode {
  if (expr.kind !== 'string') throw new Error(`no string: ${expr.kind}`);
  return { kind: 'string', type: 'string', expr, grid, value: expr.value };
}
