// Any value by verb, as Go's fmt does it.
import {
  Complex,
  FunctionValue,
  GoMap,
  GoSlice,
  GoStruct,
  type GoValue,
  isNil,
  SafeText,
  stringOf,
  typeOf,
} from '../values/values.ts';
import { type Directive, pad, plainDirective } from './directive.ts';
import { formatBoolean, formatComplex, formatFloat, formatInteger, formatString } from './verbs.ts';

/** Every address prints the same: templates have no business with real ones. */
const ADDRESS = '0xc000000000';
const PLAIN_VALUE = plainDirective('v');

/** Go's Sprint: spaces between operands where neither is a string. */
export function sprint(values: readonly GoValue[]): string {
  let text = '';
  values.forEach((value, i) => {
    const strings = stringOf(value) !== undefined || (i > 0 && stringOf(values[i - 1]) !== undefined);
    if (i > 0 && !strings) text += ' ';
    text += printValue(value, PLAIN_VALUE, 0);
  });
  return text;
}

/** Go's Sprintln: spaces between all operands, and a newline. */
export function sprintln(values: readonly GoValue[]): string {
  return `${values.map((value) => printValue(value, PLAIN_VALUE, 0)).join(' ')}\n`;
}

/** @param depth how many collections this value is in */
export function printValue(value: GoValue, directive: Directive, depth: number): string {
  const { verb } = directive;
  if (isNil(value)) {
    if (depth > 0) return directive.asSource ? 'interface {}(nil)' : '<nil>';
    if (verb === 'T' || verb === 'v') return pad('<nil>', directive);
    return `%!${verb}(<nil>)`;
  }
  if (verb === 'w') return badVerb(value, directive);
  if (verb === 'T') return pad(typeOf(value), { ...directive, sharp: false });
  if (verb === 'p') {
    const pointer =
      value instanceof GoStruct ? value.pointer : value instanceof GoMap || value instanceof GoSlice;
    return pointer || value instanceof FunctionValue ? pad(ADDRESS, directive) : badVerb(value, directive);
  }
  return printBasic(value, directive) ?? printComposite(value, directive, depth) ?? badVerb(value, directive);
}

function printBasic(value: GoValue, directive: Directive): string | undefined {
  switch (typeof value) {
    case 'boolean':
      return formatBoolean(value, directive);
    case 'bigint':
      return formatInteger(value, directive);
    case 'number':
      return formatFloat(value, directive);
    case 'string':
      return formatString(value, directive);
    default:
      if (value instanceof Complex) return formatComplex(value, directive);
      if (value instanceof SafeText) return formatString(value.text, directive);
      if (value instanceof GoStruct && value.text && !directive.asSource) {
        return formatString(value.text(), directive);
      }
      return undefined;
  }
}

function printComposite(value: GoValue, directive: Directive, depth: number): string | undefined {
  const syntax = directive.asSource;
  const inner = (item: GoValue) => printValue(item, directive, depth + 1);
  if (value instanceof GoMap) {
    const keys = [...value.entries.keys()].sort();
    const pairs = keys.map((key) => `${inner(key)}:${inner(value.entries.get(key))}`);
    return syntax ? `${value.type}{${pairs.join(', ')}}` : `map[${pairs.join(' ')}]`;
  }
  if (value instanceof GoSlice) {
    const items = value.items.map(inner);
    return syntax ? `${value.type}{${items.join(', ')}}` : `[${items.join(' ')}]`;
  }
  if (value instanceof GoStruct) {
    if (value.pointer && depth > 0) return pad(syntax ? `(${value.type})(${ADDRESS})` : ADDRESS, directive);
    const names = syntax || directive.withNames;
    const fields = [...value.fields].map(([name, field]) =>
      names ? `${name}:${inner(field)}` : inner(field),
    );
    const type = value.pointer ? value.type.slice(1) : value.type;
    const body = syntax ? `${type}{${fields.join(', ')}}` : `{${fields.join(' ')}}`;
    return value.pointer ? `&${body}` : body;
  }
  if (value instanceof FunctionValue) return directive.verb === 'v' ? ADDRESS : undefined;
  return undefined;
}

function badVerb(value: GoValue, directive: Directive): string {
  return `%!${directive.verb}(${typeOf(value)}=${printValue(value, { ...directive, verb: 'v' }, 0)})`;
}

/** The value with its Go type, for surplus arguments. */
export function describeExtra(value: GoValue): string {
  return isNil(value) ? '<nil>' : `${typeOf(value)}=${printValue(value, PLAIN_VALUE, 0)}`;
}

/** Go's %v. */
export function describe(value: GoValue): string {
  return printValue(value, PLAIN_VALUE, 0);
}
