// The functions that every template has.
import { quoteGo } from '@prometheus-ts/model';
import { sprint, sprintln } from '../format/print.ts';
import { sprintf } from '../format/sprintf.ts';
import {
  FunctionValue,
  type GoFunction,
  GoMap,
  GoSlice,
  type GoValue,
  isNil,
  isTrue,
  stringOf,
  typeOf,
} from '../values/values.ts';
import { equalsAny, isLess, isLessOrEqual } from './comparison.ts';
import { canBeNil, goFunction, typeName, variadicFunction } from './functions.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** and, or and call are here for their parameters; the evaluator has rules of its own for them. */
export const BUILTINS: ReadonlyMap<string, GoFunction> = new Map([
  ['and', variadicFunction(['any', 'any'], () => undefined)],
  ['or', variadicFunction(['any', 'any'], () => undefined)],
  ['call', variadicFunction(['any', 'any'], callNamed)],
  ['not', goFunction(['any'], (value: GoValue) => !isTrue(value))],
  ['html', variadicFunction(['any'], (...args: GoValue[]) => escapeHtml(textOfAll(args)))],
  ['js', variadicFunction(['any'], (...args: GoValue[]) => escapeJs(textOfAll(args)))],
  ['urlquery', variadicFunction(['any'], (...args: GoValue[]) => escapeQuery(textOfAll(args)))],
  ['index', variadicFunction(['any', 'any'], index)],
  ['slice', variadicFunction(['any', 'any'], slice)],
  ['len', goFunction(['any'], length)],
  ['print', variadicFunction(['any'], (...args: GoValue[]) => sprint(args))],
  ['println', variadicFunction(['any'], (...args: GoValue[]) => sprintln(args))],
  [
    'printf',
    variadicFunction(['string', 'any'], (format: string, ...args: GoValue[]) => sprintf(format, args)),
  ],
  ['eq', variadicFunction(['any', 'any'], equalsAny)],
  ['ne', goFunction(['any', 'any'], (a: GoValue, b: GoValue) => !equalsAny(a, b))],
  ['lt', goFunction(['any', 'any'], isLess)],
  ['le', goFunction(['any', 'any'], isLessOrEqual)],
  ['gt', goFunction(['any', 'any'], (a: GoValue, b: GoValue) => !isLessOrEqual(a, b))],
  ['ge', goFunction(['any', 'any'], (a: GoValue, b: GoValue) => !isLess(a, b))],
]);

/** Calls with arguments that were checked. */
export function callFunction(called: GoFunction, args: readonly GoValue[]): GoValue {
  return (called.call as (...all: readonly GoValue[]) => GoValue)(...args);
}

function callNamed(name: string, value: GoValue, ...args: GoValue[]): GoValue {
  if (isNil(value)) throw new Error('call of nil');
  if (!(value instanceof FunctionValue)) throw new Error(`non-function ${name} of type ${typeOf(value)}`);
  const { parameters, variadic } = value.function;
  const wanted = variadic ? parameters.length - 1 : parameters.length;
  if (variadic ? args.length < wanted : args.length !== wanted) {
    const want = variadic ? `at least ${wanted}` : String(wanted);
    throw new Error(`wrong number of args for ${name}: got ${args.length} want ${want}`);
  }
  args.forEach((arg, i) => {
    const type = parameters[Math.min(i, parameters.length - 1)]!;
    if (isNil(arg)) {
      if (!canBeNil(type)) throw new Error(`arg ${i}: value is nil; should be of type ${type}`);
    } else if (type !== 'any' && typeOf(arg) !== type) {
      throw new Error(`arg ${i}: value has type ${typeOf(arg)}; should be ${typeName(type)}`);
    }
  });
  return callFunction(value.function, args);
}

/** The text that a pipeline of these values would print. */
function textOfAll(args: readonly GoValue[]): string {
  return sprint(args.map((arg) => (isNil(arg) ? '<no value>' : arg)));
}

function index(item: GoValue, ...indexes: GoValue[]): GoValue {
  if (isNil(item)) throw new Error('index of untyped nil');
  let current: GoValue = item;
  for (const at of indexes) {
    const text = stringOf(current);
    if (text !== undefined) {
      const bytes = encoder.encode(text);
      current = BigInt(elementAt(bytes, position(at, bytes.length), 'string'));
    } else if (current instanceof GoSlice) {
      current = elementAt(current.items, position(at, current.items.length), 'slice');
    } else if (current instanceof GoMap) {
      current = current.entries.has(keyOf(at)) ? current.entries.get(keyOf(at)) : current.zero;
    } else if (isNil(current)) throw new Error('index of nil pointer');
    else throw new Error(`can't index item of type ${typeOf(current)}`);
  }
  return current;
}

function elementAt<T>(items: ArrayLike<T>, at: number, kind: string): T {
  if (at >= items.length) throw new Error(`reflect: ${kind} index out of range`);
  return items[at]!;
}

function keyOf(key: GoValue): string {
  if (isNil(key)) throw new Error('value is nil; should be of type string');
  if (typeof key === 'string') return key;
  throw new Error(`value has type ${typeOf(key)}; should be string`);
}

function position(at: GoValue, capacity: number): number {
  if (isNil(at)) throw new Error('cannot index slice/array with nil');
  if (typeof at !== 'bigint') throw new Error(`cannot index slice/array with type ${typeOf(at)}`);
  if (at < 0n || at > BigInt(capacity)) throw new Error(`index out of range: ${at}`);
  return Number(at);
}

function slice(item: GoValue, ...indexes: GoValue[]): GoValue {
  if (isNil(item)) throw new Error('slice of untyped nil');
  if (indexes.length > 3) throw new Error(`too many slice indexes: ${indexes.length}`);
  const text = stringOf(item);
  if (text !== undefined && indexes.length === 3) throw new Error('cannot 3-index slice a string');
  if (text === undefined && !(item instanceof GoSlice)) {
    throw new Error(`can't slice item of type ${typeOf(item)}`);
  }
  const bytes = text === undefined ? undefined : encoder.encode(text);
  const size = bytes ? bytes.length : (item as GoSlice).items.length;
  const bounds = indexes.map((at) => position(at, size));
  const [from = 0, to = size, limit = size] = bounds;
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (to > limit) throw new Error(`invalid slice index: ${to} > ${limit}`);
  if (bytes) return decoder.decode(bytes.subarray(from, to));
  return new GoSlice((item as GoSlice).items.slice(from, to), (item as GoSlice).type);
}

function length(item: GoValue): bigint {
  const text = stringOf(item);
  if (text !== undefined) return BigInt(Buffer.byteLength(text));
  if (item instanceof GoSlice) return BigInt(item.items.length);
  if (item instanceof GoMap) return BigInt(item.entries.size);
  if (item === null) throw new Error('len of nil pointer');
  if (item === undefined) throw new Error('reflect: call of reflect.Value.Type on zero Value');
  throw new Error(`len of type ${typeOf(item)}`);
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[\0"'&<>]/g, (character) => HTML_ENTITIES[character]!);
}

const JS_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"' };

function escapeJs(text: string): string {
  return text.replaceAll(/[\\'"<>&=\0-\x1f]|[^\0-\x7f]/gu, (character) => {
    const short = JS_ESCAPES[character];
    if (short) return short;
    const code = character.codePointAt(0)!;
    const printable = code > 0x7f && quoteGo(character) === `"${character}"`;
    return printable ? character : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** Go's url.QueryEscape. */
export function escapeQuery(text: string): string {
  let escaped = '';
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9_.~-]/.test(character)) escaped += character;
    else if (character === ' ') escaped += '+';
    else escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
