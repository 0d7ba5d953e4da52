// Trees as the JSON of /api/v1/parse_query, which the query page draws. Keys are in upstream's (sorted) order.
import { formatFloatDecimal } from '@prometheus-ts/model';
import type { AtModifier, DurationExpr, DurationOperand, Expr, VectorExpr } from '../ast.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What `data` holds. Bytes that are not UTF-8 become U+FFFD; a fill value that JSON has no number for is null.
 */
export function exprToJson(expr: Expr): Json {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatFloatDecimal(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value.toWellFormed() };
    case 'paren':
      return { expr: exprToJson(expr.expr), type: 'parenExpr' };
    case 'unary':
      return { expr: exprToJson(expr.expr), op: expr.op, type: 'unaryExpr' };
    case 'aggregate':
      return {
        expr: exprToJson(expr.expr),
        grouping: expr.grouping,
        op: expr.op,
        param: expr.param ? exprToJson(expr.param) : null,
        type: 'aggregation',
        without: expr.without,
      };
    case 'call': {
      const { name, argTypes, variadic, returnType } = expr.func;
      return {
        args: expr.args.map(exprToJson),
        func: { argTypes, name, returnType, variadic },
        type: 'call',
      };
    }
    case 'binary':
      return {
        bool: expr.returnBool,
        lhs: exprToJson(expr.left),
        matching: matchingToJson(expr.matching),
        op: expr.op,
        rhs: exprToJson(expr.right),
        type: 'binaryExpr',
      };
    case 'vector':
      return { ...selectorToJson(expr), type: 'vectorSelector' };
    case 'matrix': {
      const { anchored, matchers, name, offset, offsetExpr, smoothed, startOrEnd, timestamp } =
        selectorToJson(expr.selector);
      return {
        anchored,
        matchers,
        name,
        offset,
        offsetExpr,
        range: expr.rangeMs,
        rangeExpr: durationToJson(expr.rangeExpr),
        smoothed,
        startOrEnd,
        timestamp,
        type: 'matrixSelector',
      };
    }
    case 'subquery':
      return {
        expr: exprToJson(expr.expr),
        offset: expr.offsetMs,
        offsetExpr: durationToJson(expr.offsetExpr),
        range: expr.rangeMs,
        rangeExpr: durationToJson(expr.rangeExpr),
        startOrEnd: startOrEnd(expr.at),
        step: expr.stepMs,
        stepExpr: durationToJson(expr.stepExpr),
        timestamp: timestamp(expr.at),
        type: 'subquery',
      };
  }
}

function selectorToJson(expr: VectorExpr) {
  return {
    anchored: expr.anchored,
    matchers: expr.matchers.map(({ name, type, value }) => ({ name, type, value: value.toWellFormed() })),
    name: expr.name,
    offset: expr.offsetMs,
    offsetExpr: durationToJson(expr.offsetExpr),
    smoothed: expr.smoothed,
    startOrEnd: startOrEnd(expr.at),
    timestamp: timestamp(expr.at),
  };
}

function matchingToJson(matching: Extract<Expr, { kind: 'binary' }>['matching']): Json {
  if (!matching) return null;
  const { cardinality, fillLeft, fillRight, include, labels, on } = matching;
  return {
    card: cardinality,
    fillValues: { lhs: fillLeft ?? null, rhs: fillRight ?? null },
    include,
    labels,
    on,
  };
}

function durationToJson(expr: DurationOperand | undefined): Json {
  if (!expr) return null;
  if (expr.kind === 'number') {
    return { duration: expr.isDuration, type: 'numberLiteral', val: formatFloatDecimal(expr.value) };
  }
  const { op, left, right, wrapped } = expr satisfies DurationExpr;
  return { lhs: durationToJson(left), op, rhs: durationToJson(right), type: 'durationExpr', wrapped };
}

function startOrEnd(at: AtModifier | undefined): Json {
  return at && at.kind !== 'time' ? at.kind : null;
}

function timestamp(at: AtModifier | undefined): Json {
  return at?.kind === 'time' ? at.timeMs : null;
}
