// Schemas of lists, maps with free keys, values that may be absent, and schemas that refer to themselves.
import type { EmitNode } from '../yaml/emit.ts';
import { compareKeys } from '../yaml/key-order.ts';
import { isMergeKey, isNull, type YamlMapping, type YamlNode, type YamlSequence } from '../yaml/nodes.ts';
import type { DecodeContext } from './context.ts';
import { originOf, rememberOrigin } from './origin.ts';
import { binaryText, wrongType } from './scalars.ts';
import type { Schema } from './schema.ts';

export interface ListOptions {
  /** The problem of an item that is null; default: a null item is the zero value. */
  readonly refuseNull?: string;
  /** Print the items in brackets on one line. */
  readonly flow?: boolean;
}

export function list<T>(item: Schema<T>, options: ListOptions = {}): Schema<readonly T[]> {
  return {
    get typeName() {
      return `[]${item.typeName}`;
    },
    shape: { kind: 'items', item: () => item.shape },
    zero: () => [],
    isZero: (values) => values.length === 0,
    decode(node, context) {
      if (isNull(node)) return [];
      if (node.kind !== 'sequence') {
        wrongType(node, this.typeName, context, node.kind === 'mapping' ? '!!map' : scalarTag(node));
        return [];
      }
      const values: T[] = [];
      for (const child of node.items) {
        if (options.refuseNull !== undefined && isNull(child)) {
          context.report(child, 'missing_value', options.refuseNull);
        } else {
          values.push(context.decode(item, child));
        }
      }
      rememberOrigin(values, node);
      return values;
    },
    encode(values) {
      const origin = originOf(values);
      const nodes = origin?.kind === 'sequence' && origin.items.length === values.length ? origin.items : [];
      const encoded = values.map((value, index) => item.encode(value, nodes[index]));
      return options.flow ? { list: encoded, flow: true } : { list: encoded };
    },
  };
}

/** Free keys, each with a value of one kind. Decodes to a Map in the file's order; prints in go-yaml's order. */
export function map<T>(value: Schema<T>): Schema<ReadonlyMap<string, T>> {
  return {
    get typeName() {
      return `map[string]${value.typeName}`;
    },
    shape: { kind: 'values', value: () => value.shape },
    zero: () => new Map(),
    isZero: (values) => values.size === 0,
    decode(node, context) {
      const values = new Map<string, T>();
      if (isNull(node)) return values;
      if (node.kind !== 'mapping') {
        wrongType(node, this.typeName, context, node.kind === 'sequence' ? '!!seq' : scalarTag(node));
        return values;
      }
      rememberOrigin(values, node);
      fillMap(values, value, node, context);
      return values;
    },
    encode(values) {
      const origin = originOf(values);
      const nodes = new Map<string, YamlNode>();
      if (origin?.kind === 'mapping') {
        for (const entry of origin.entries)
          if (entry.key.kind === 'scalar') nodes.set(entry.key.text, entry.value);
      }
      const keys = [...values.keys()].sort(compareKeys);
      return {
        map: keys.map((key): [string, EmitNode] => [key, value.encode(values.get(key)!, nodes.get(key))]),
      };
    },
  };
}

function fillMap<T>(
  values: Map<string, T>,
  value: Schema<T>,
  node: YamlMapping,
  context: DecodeContext,
): void {
  for (const entry of node.entries) {
    if (isMergeKey(entry.key)) {
      for (const merged of mergedMappings(entry.value, context)) fillMap(values, value, merged, context);
      continue;
    }
    const key = keyText(entry.key, context);
    if (key === undefined) continue;
    const decoded = context.decode(value, entry.value);
    if (values.has(key)) {
      context.report(entry.key, 'duplicate_field', `key ${JSON.stringify(key)} already set in map`);
    } else {
      values.set(key, decoded);
    }
  }
}

/** The mappings that a merge key names, those that count least first. Reports what cannot be merged. */
export function mergedMappings(node: YamlNode, context: DecodeContext): YamlMapping[] {
  return context.follow(node, (value) => {
    if (value.kind === 'mapping') return [value];
    const merged: YamlMapping[] = [];
    if (value.kind === 'sequence' && node.kind !== 'alias') {
      for (const item of [...(value as YamlSequence).items].reverse()) {
        const target = context.follow(item, (found) => found);
        if (target.kind === 'mapping') merged.push(target);
        else context.report(item, 'wrong_type', 'map merge requires map or sequence of maps as the value');
      }
      return merged;
    }
    context.report(node, 'wrong_type', 'map merge requires map or sequence of maps as the value');
    return merged;
  });
}

/** The text of a key; reports keys that are no text. */
export function keyText(key: YamlNode, context: DecodeContext): string | undefined {
  return context.follow(key, (node) => {
    if (node.kind === 'scalar') return node.tag === '!!binary' ? binaryText(node, context) : node.text;
    context.report(
      node,
      'wrong_type',
      `invalid map key: a ${node.kind === 'mapping' ? 'mapping' : 'list'}`,
      'a text that begins with { or [ must be quoted',
    );
    return undefined;
  });
}

/** A value that may be absent (Go's pointers): null and nothing are undefined, and are left out when printing. */
export function optional<T>(schema: Schema<T>): Schema<T | undefined> {
  return {
    get typeName() {
      return schema.typeName;
    },
    get shape() {
      return schema.shape;
    },
    zero: () => undefined,
    isZero: (value) => value === undefined,
    decode: (node, context) => (isNull(node) ? undefined : schema.decode(node, context)),
    encode: (value, origin) => (value === undefined ? null : schema.encode(value, origin)),
  };
}

/** A schema that is made when it is first used, for schemas that contain themselves. */
export function lazy<T>(make: () => Schema<T>): Schema<T> {
  let made: Schema<T> | undefined;
  const get = () => (made ??= make());
  return {
    get typeName() {
      return get().typeName;
    },
    get shape() {
      return get().shape;
    },
    zero: () => get().zero(),
    isZero: (value) => get().isZero(value),
    decode: (node, context) => get().decode(node, context),
    encode: (value, origin) => get().encode(value, origin),
  };
}

/** The same YAML decoded to something else; `back` is for printing. */
export function converted<T, U>(
  schema: Schema<T>,
  options: {
    readonly to: (value: T, context: DecodeContext, node: YamlNode) => U;
    readonly back: (value: U) => T;
    readonly zero: () => U;
  },
): Schema<U> {
  return {
    get typeName() {
      return schema.typeName;
    },
    get shape() {
      return schema.shape;
    },
    zero: options.zero,
    isZero: (value) => schema.isZero(options.back(value)),
    decode: (node, context) => options.to(schema.decode(node, context), context, node),
    encode: (value, origin) => schema.encode(options.back(value), origin),
  };
}

function scalarTag(node: YamlNode): string {
  return node.kind === 'scalar' ? '!!str' : '!!seq';
}
