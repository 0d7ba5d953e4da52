// The binary operators on two numbers, with Go's results where JavaScript's differ.
import type { BinaryOperator } from '../ast.ts';

/**
 * `x ** y` as IEEE 754 and Go have it: JavaScript's answers NaN for a base of ±1 with an infinite or NaN
 * exponent.
 */
export function power(x: number, y: number): number {
  if (x === 1) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  return x ** y;
}

/** The larger number; infinity wins even against NaN, as in Go. */
export function larger(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b);
}

/** The smaller number; negative infinity wins even against NaN, as in Go. */
export function smaller(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);
}

/** The value of an arithmetic operator, or 1 and 0 for a comparison. */
export function applyScalarOperator(op: BinaryOperator, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return power(a, b);
    case 'atan2':
      return Math.atan2(a, b);
    default:
      return compareNumbers(op, a, b) ? 1 : 0;
  }
}

export function compareNumbers(op: BinaryOperator, a: number, b: number): boolean {
  switch (op) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '>':
      return a > b;
    case '<':
      return a < b;
    case '>=':
      return a >= b;
    case '<=':
      return a <= b;
    default:
      throw new Error(`not a comparison: ${op}`);
  }
}
