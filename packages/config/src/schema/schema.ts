// The contract of schemas: what turns a YAML node into a typed value, and a value back into YAML. Decoding
// never stops at the first mistake: a schema reports to the context and gives its zero value, and whoever
// asked for the whole gets all problems at once.
import type { EmitNode } from '../yaml/emit.ts';
import type { YamlNode, YamlValueNode } from '../yaml/nodes.ts';
import type { DecodeContext } from './context.ts';

export interface Schema<T> {
  /** As Go would name the type in an error: `string`, `[]string`, `config.ScrapeConfig`. */
  readonly typeName: string;
  /** `node` is not an alias; null nodes come here too. Reports mistakes to `context` and returns what it can. */
  decode(node: YamlValueNode, context: DecodeContext): T;
  /** The value when nothing is written and no default is set. */
  zero(): T;
  /** Whether printing leaves the value out where Go's `omitempty` would. */
  isZero(value: T): boolean;
  /** `origin` is the node the value was decoded from, when that is known. */
  encode(value: T, origin?: YamlNode): EmitNode;
  /** Fields below this schema, for telling where a misplaced key would be right. */
  readonly shape: Shape;
}

export type Shape =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'fields'; readonly fields: () => Readonly<Record<string, Shape>> }
  | { readonly kind: 'items'; readonly item: () => Shape }
  | { readonly kind: 'values'; readonly value: () => Shape };

export const LEAF: Shape = { kind: 'leaf' };

/** The type a schema decodes to. */
export type TypeOf<S> = S extends Schema<infer T> ? T : never;
