// Trees as text over several lines: what is longer than a line is split, and its parts are indented.
import type { Expr } from '../ast.ts';
import { utf8Length } from '../parse/characters.ts';
import { printAggregateHead, printExpr, printOperator, printSubquerySuffix } from './print.ts';

const LINE_BYTES = 100;
const INDENT = '  ';

/** Upstream's formatter; comments are not kept. Costs time square to the depth of the tree. */
export function prettyPrint(expr: Expr): string {
  return pretty(expr, 0);
}

function pretty(expr: Expr, level: number): string {
  const margin = INDENT.repeat(level);
  const line = printExpr(expr);
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector':
    case 'matrix':
      return margin + line;
    case 'unary':
      return margin + expr.op + pretty(expr.expr, level).trim();
    case 'subquery':
      if (utf8Length(line) <= LINE_BYTES) return line;
      return pretty(expr.expr, level) + printSubquerySuffix(expr);
  }
  if (utf8Length(line) <= LINE_BYTES) return margin + line;
  switch (expr.kind) {
    case 'paren':
      return block(`${margin}(`, [expr.expr], level);
    case 'call':
      return block(`${margin}${expr.func.name}(`, expr.args, level);
    case 'aggregate': {
      const operands = expr.param ? [expr.param, expr.expr] : [expr.expr];
      return block(`${margin}${printAggregateHead(expr)}(`, operands, level);
    }
    case 'binary': {
      const left = pretty(expr.left, level + 1);
      const right = pretty(expr.right, level + 1);
      return `${left}\n${margin}${printOperator(expr)}\n${right}`;
    }
  }
}

function block(head: string, children: readonly Expr[], level: number): string {
  const inner = children.map((child) => pretty(child, level + 1)).join(',\n');
  return `${head}\n${inner}\n${INDENT.repeat(level)})`;
}
