export { ConfigError, type ConfigProblem } from './config-error.ts';
export {
  converted,
  type ListOptions,
  lazy,
  list,
  map,
  optional,
} from './schema/collections.ts';
export { DecodeContext, type DecodeOptions } from './schema/context.ts';
export { decode, loadYamlFile, readConfigFile, toYaml } from './schema/decode.ts';
export type { Expansion } from './schema/expansion.ts';
export {
  type Field,
  type FieldOptions,
  type Fields,
  field,
  type ObjectOptions,
  type ObjectSchema,
  object,
  type Reporter,
  type ValuesOfFields,
} from './schema/object.ts';
export { nodeOfField, originOf, problemAt, rememberOrigin } from './schema/origin.ts';
export {
  boolean,
  duration,
  enumeration,
  float,
  goDuration,
  integer,
  type NumberOptions,
  path,
  raw,
  resolvePath,
  secret,
  string,
  type TextOptions,
  text,
  ValueProblem,
} from './schema/scalars.ts';
export type { Schema, Shape, TypeOf } from './schema/schema.ts';
export { Secret } from './secret.ts';
export { type EmitNode, emitYaml, plainScalar, stringScalar } from './yaml/emit.ts';
export {
  isNull,
  type YamlAlias,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlSequence,
  type YamlValueNode,
} from './yaml/nodes.ts';
export { parseYaml, parseYamlDocuments } from './yaml/parse.ts';
export { type Resolved, resolvePlain, resolveScalar } from './yaml/resolve.ts';
export { YamlSource } from './yaml/source.ts';
