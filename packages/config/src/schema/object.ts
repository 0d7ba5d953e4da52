// Schemas of mappings with known keys. Fields decode, default and print in the order of their definition,
// which is the order of upstream's structs.
import { nearestName } from '@prometheus-ts/model';
import type { EmitNode } from '../yaml/emit.ts';
import { isMergeKey, isNull, type YamlMapping, type YamlNode } from '../yaml/nodes.ts';
import { keyText, mergedMappings } from './collections.ts';
import type { DecodeContext } from './context.ts';
import { nodeOfField, originOf, rememberOrigin } from './origin.ts';
import { reportThrown, wrongType } from './scalars.ts';
import type { Schema, Shape } from './schema.ts';
import { whereElse } from './where-else.ts';

export interface Field<T> {
  readonly schema: Schema<T>;
  /** The value when the key is not written; default: the schema's zero value. */
  readonly default: (() => T) | undefined;
  readonly required: string | undefined;
  readonly omitEmpty: boolean;
}

export interface FieldOptions<T> {
  /** A value, or a function that makes one. */
  readonly default?: T | (() => T);
  /** The key must be written; a text is the message when it is not. */
  readonly required?: boolean | string;
  /** Leave the field out when printing its zero value; default true. */
  readonly omitEmpty?: boolean;
}

export function field<T>(schema: Schema<T>, options: FieldOptions<NoInfer<T>> = {}): Field<T> {
  const { default: given, required } = options;
  return {
    schema,
    default:
      given === undefined ? undefined : typeof given === 'function' ? (given as () => T) : () => given as T,
    required: required === true ? '' : required || undefined,
    omitEmpty: options.omitEmpty ?? true,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a field of any type; the mapped type below recovers each
export type Fields = Readonly<Record<string, Field<any>>>;
export type ValuesOfFields<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/** Says what is wrong with a whole object, at one of its fields or at the object itself. */
export type Reporter = (field: string | undefined, message: string, hint?: string) => void;

export interface ObjectOptions<T> {
  /** Checks across fields, and values that depend on other fields: what it returns replaces the object. */
  readonly check?: (value: T, report: Reporter, context: DecodeContext) => T | undefined;
  /** Treat null like an empty mapping (default) or like the zero value without defaults. */
  readonly nullMeans?: 'defaults' | 'zero';
}

export interface ObjectSchema<F extends Fields> extends Schema<ValuesOfFields<F>> {
  readonly fields: F;
  /** The object with every default. */
  defaults(): ValuesOfFields<F>;
}

/** `typeName` stands in errors (`field x not found in type config.ScrapeConfig`). */
export function object<F extends Fields>(
  typeName: string,
  fields: F,
  options: ObjectOptions<ValuesOfFields<F>> = {},
): ObjectSchema<F> {
  const names = Object.keys(fields);
  const make = (value: (name: string) => unknown) =>
    Object.fromEntries(names.map((name) => [name, value(name)])) as ValuesOfFields<F>;
  const zero = () => make((name) => fields[name]!.schema.zero());
  const defaults = () => make((name) => (fields[name]!.default ?? fields[name]!.schema.zero)());
  return {
    typeName,
    fields,
    shape: { kind: 'fields', fields: () => shapesOf(fields) },
    zero,
    defaults,
    isZero: (value) => names.every((name) => fields[name]!.schema.isZero(value[name])),
    decode(node, context) {
      const before = context.problems.length;
      let value = isNull(node) && options.nullMeans === 'zero' ? zero() : defaults();
      if (node.kind === 'mapping') {
        const written = new Map<string, YamlNode>();
        collectFields(node, typeName, fields, written, context);
        value = { ...value, ...decodeFields(fields, written, context) };
        reportMissing(node, fields, written, context);
      } else if (!isNull(node)) {
        wrongType(node, typeName, context, node.kind === 'sequence' ? '!!seq' : '!!str');
        return value;
      } else {
        reportMissing(node, fields, new Map(), context);
      }
      rememberOrigin(value, node);
      if (options.check === undefined || context.problems.length > before) return value;
      return checked(value, node, options.check, context);
    },
    encode(value) {
      const origin = originOf(value);
      const entries: [string, EmitNode][] = [];
      for (const name of names) {
        const { schema, omitEmpty } = fields[name]!;
        if (omitEmpty && schema.isZero(value[name])) continue;
        const written = origin === undefined ? undefined : nodeOfField(value, name);
        entries.push([name, schema.encode(value[name], written === origin ? undefined : written)]);
      }
      return { map: entries };
    },
  };
}

function checked<T extends object>(
  value: T,
  node: YamlNode,
  check: NonNullable<ObjectOptions<T>['check']>,
  context: DecodeContext,
): T {
  const report: Reporter = (name, message, hint) => {
    const place = (name === undefined ? undefined : nodeOfField(value, name)) ?? node;
    context.report(place, 'invalid_value', message, hint);
  };
  try {
    const replaced = check(value, report, context);
    if (replaced === undefined || replaced === value) return value;
    const origin = originOf(value);
    if (origin) rememberOrigin(replaced, origin);
    return replaced;
  } catch (error) {
    reportThrown(error, node, context);
    return value;
  }
}

/** Fields by name, merge keys in their place: what stands later wins, as in go-yaml v2. */
function collectFields(
  node: YamlMapping,
  typeName: string,
  fields: Fields,
  written: Map<string, YamlNode>,
  context: DecodeContext,
): void {
  const own = new Set<string>();
  for (const { key, value } of node.entries) {
    if (isMergeKey(key)) {
      for (const merged of mergedMappings(value, context)) {
        collectFields(merged, typeName, fields, written, context);
      }
      continue;
    }
    const name = keyText(key, context);
    if (name === undefined) continue;
    if (!Object.hasOwn(fields, name)) {
      unknownField(key, name, typeName, fields, context);
    } else if (own.has(name)) {
      context.report(
        key,
        'duplicate_field',
        `field ${name} already set in type ${typeName}`,
        'remove one of the two',
      );
    } else {
      own.add(name);
      written.set(name, value);
    }
  }
}

function unknownField(
  key: YamlNode,
  name: string,
  typeName: string,
  fields: Fields,
  context: DecodeContext,
): void {
  const nearest = nearestName(name, Object.keys(fields));
  const elsewhere = whereElse(context.rootShape, name);
  let hint: string | undefined;
  if (elsewhere !== undefined) hint = `${name} belongs ${elsewhere}; is it indented as it should be?`;
  if (nearest !== undefined) {
    const first = `did you mean ${JSON.stringify(nearest)}?`;
    hint = hint === undefined ? first : `${first} (${hint})`;
  }
  context.report(key, 'unknown_field', `field ${name} not found in type ${typeName}`, hint);
}

function decodeFields(
  fields: Fields,
  written: ReadonlyMap<string, YamlNode>,
  context: DecodeContext,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, node] of written) values[name] = context.decode(fields[name]!.schema, node);
  return values;
}

function reportMissing(
  node: YamlNode,
  fields: Fields,
  written: ReadonlyMap<string, YamlNode>,
  context: DecodeContext,
): void {
  for (const [name, { required }] of Object.entries(fields)) {
    if (required === undefined || written.has(name)) continue;
    context.report(node, 'missing_field', required === '' ? `${name} is missing` : required);
  }
}

function shapesOf(fields: Fields): Readonly<Record<string, Shape>> {
  return Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema.shape]));
}
