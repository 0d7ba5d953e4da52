// The plan: what the engine will do for one query, as a tree of immutable records. Times are resolved (grids,
// offsets, @), constants are folded, parts that do not depend on the step stand under an `invariant` node, and
// every selector names one entry of the query's list of selections, so that all are read at once.
import type {
  AggregateExpr,
  BinaryExpr,
  CallExpr,
  Expr,
  MatrixExpr,
  StringExpr,
  SubqueryExpr,
  VectorExpr,
} from '../ast.ts';
import type { Grid, Reference } from './grid.ts';
import type { InfoSelection } from './info-selection.ts';

export type PlanNode = VectorNode | ScalarNode | MatrixNode | StringNode;

/** Yields an instant vector at every step of its grid. */
export type VectorNode =
  | ScanNode
  | VectorCallNode
  | RangeCallNode
  | AggregateNode
  | VectorBinaryNode
  | VectorScalarNode
  | NegateNode
  | InvariantVectorNode;

/** Yields one number at every step. */
export type ScalarNode =
  | ConstantNode
  | ScalarCallNode
  | ScalarBinaryNode
  | ScalarNegateNode
  | InvariantScalarNode;

/** Yields raw samples, of which each step of the parent sees a window. */
export type MatrixNode = RangeScanNode | SubqueryNode;

interface Node<E extends Expr = Expr> {
  /** What it was made from, without parentheses; its position is what annotations name. */
  readonly expr: E;
  readonly grid: Grid;
}

export interface ScanNode extends Node<VectorExpr> {
  readonly kind: 'scan';
  readonly type: 'vector';
  /** Index into the query's selections. */
  readonly selection: number;
  readonly reference: Reference;
  /** Only count and sum of histograms are looked at. */
  readonly statsOnly: boolean;
}

export interface RangeScanNode extends Node<MatrixExpr> {
  readonly kind: 'range-scan';
  readonly type: 'matrix';
  readonly selection: number;
  readonly rangeMs: number;
  readonly reference: Reference;
  readonly statsOnly: boolean;
}

export interface SubqueryNode extends Node<SubqueryExpr> {
  readonly kind: 'subquery';
  readonly type: 'matrix';
  /** Evaluated on a grid of its own. */
  readonly inner: VectorNode | ScalarNode;
  readonly rangeMs: number;
  readonly reference: Reference;
}

/** A function over instant vectors and scalars that yields a vector. */
export interface VectorCallNode extends Node<CallExpr> {
  readonly kind: 'call';
  readonly type: 'vector';
  readonly args: readonly PlanNode[];
  /** What `info` reads besides its argument. */
  readonly info: InfoSelection | undefined;
}

/** A function that slides over the windows of a range vector. */
export interface RangeCallNode extends Node<CallExpr> {
  readonly kind: 'range-call';
  readonly type: 'vector';
  readonly matrix: MatrixNode;
  /** The other arguments, in order. */
  readonly scalars: readonly ScalarNode[];
}

export interface AggregateNode extends Node<AggregateExpr> {
  readonly kind: 'aggregate';
  readonly type: 'vector';
  readonly input: VectorNode;
  readonly param: ScalarNode | StringNode | undefined;
}

export interface VectorBinaryNode extends Node<BinaryExpr> {
  readonly kind: 'vector-binary';
  readonly type: 'vector';
  readonly left: VectorNode;
  readonly right: VectorNode;
}

export interface VectorScalarNode extends Node<BinaryExpr> {
  readonly kind: 'vector-scalar';
  readonly type: 'vector';
  readonly vector: VectorNode;
  readonly scalar: ScalarNode;
  /** The scalar stands on the left. */
  readonly swapped: boolean;
}

export interface NegateNode extends Node {
  readonly kind: 'negate';
  readonly type: 'vector';
  readonly input: VectorNode;
}

/** Evaluates its input once, at the first step, and repeats it at all. */
export interface InvariantVectorNode extends Node {
  readonly kind: 'invariant';
  readonly type: 'vector';
  readonly input: VectorNode;
}

export interface ConstantNode extends Node {
  readonly kind: 'constant';
  readonly type: 'scalar';
  readonly value: number;
}

export interface ScalarCallNode extends Node<CallExpr> {
  readonly kind: 'scalar-call';
  readonly type: 'scalar';
  readonly args: readonly PlanNode[];
}

export interface ScalarBinaryNode extends Node<BinaryExpr> {
  readonly kind: 'scalar-binary';
  readonly type: 'scalar';
  readonly left: ScalarNode;
  readonly right: ScalarNode;
}

export interface ScalarNegateNode extends Node {
  readonly kind: 'scalar-negate';
  readonly type: 'scalar';
  readonly input: ScalarNode;
}

export interface InvariantScalarNode extends Node {
  readonly kind: 'invariant-scalar';
  readonly type: 'scalar';
  readonly input: ScalarNode;
}

export interface StringNode extends Node<StringExpr> {
  readonly kind: 'string';
  readonly type: 'string';
  readonly value: string;
}

/** The direct inputs, in the order in which they are evaluated. */
export function inputsOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'scan':
    case 'range-scan':
    case 'constant':
    case 'string':
      return [];
    case 'subquery':
      return [node.inner];
    case 'call':
    case 'scalar-call':
      return node.args;
    case 'range-call':
      return [node.matrix, ...node.scalars];
    case 'aggregate':
      return node.param === undefined ? [node.input] : [node.param, node.input];
    case 'vector-binary':
    case 'scalar-binary':
      return [node.left, node.right];
    case 'vector-scalar':
      return node.swapped ? [node.scalar, node.vector] : [node.vector, node.scalar];
    case 'negate':
    case 'invariant':
    case 'scalar-negate':
    case 'invariant-scalar':
      return [node.input];
  }
}
