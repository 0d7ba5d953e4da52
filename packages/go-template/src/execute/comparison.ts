// eq, ne, lt, le, gt, ge.
import { compareStrings } from '@prometheus-ts/model';
import { plainDirective } from '../format/directive.ts';
import { printValue } from '../format/print.ts';
import { Complex, GoStruct, type GoValue, isNil, SafeText, stringOf, typeOf } from '../values/values.ts';

/** Values of one kind compare with each other. */
function kindOf(value: GoValue): string | undefined {
  if (value instanceof SafeText) return 'string';
  if (value instanceof Complex) return 'complex';
  return typeof value === 'object' || value === undefined ? undefined : typeof value;
}

/** Whether the first equals any of the others. */
export function equalsAny(first: GoValue, ...others: GoValue[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison');
  return others.some((other) => equals(first, other));
}

function equals(a: GoValue, b: GoValue): boolean {
  const kind = kindOf(a);
  if (kind !== kindOf(b)) {
    if (isNil(a) || isNil(b)) return false;
    throw new Error(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`);
  }
  if (kind === 'complex') {
    const [x, y] = [a as Complex, b as Complex];
    return x.real === y.real && x.imaginary === y.imaginary;
  }
  if (kind === 'string') return stringOf(a) === stringOf(b);
  if (kind !== undefined) return a === b;
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (a?.constructor !== b?.constructor) {
    throw new Error(`non-comparable types ${text(a)}: ${typeOf(a)}, ${typeOf(b)}: ${text(b)}`);
  }
  if (!isComparable(b)) throw new Error(`non-comparable type ${text(b)}: ${typeOf(b)}`);
  return a === b;
}

export function isLess(a: GoValue, b: GoValue): boolean {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind === undefined || other === undefined) throw new Error('invalid type for comparison');
  if (kind !== other) throw new Error(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`);
  if (kind === 'boolean' || kind === 'complex') throw new Error('invalid type for comparison');
  if (kind === 'string') return compareStrings(stringOf(a)!, stringOf(b)!) < 0;
  return (a as number | bigint) < (b as number | bigint);
}

export function isLessOrEqual(a: GoValue, b: GoValue): boolean {
  return isLess(a, b) || equals(a, b);
}

/** Pointers are, structs when all of their fields are, maps and slices never. */
function isComparable(value: GoValue): boolean {
  if (!(value instanceof GoStruct)) return kindOf(value) !== undefined;
  return value.pointer || [...value.fields.values()].every((field) => isNil(field) || isComparable(field));
}

function text(value: GoValue): string {
  return printValue(value, plainDirective('s'), 0);
}
