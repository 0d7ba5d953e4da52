// Schemas of single values. Text is taken as it is written; what it means is asked of go-yaml's rules only
// where a boolean or a number is wanted.
import { isAbsolute, join } from 'node:path';
import {
  CodedError,
  formatDuration,
  formatFloatG,
  formatGoDuration,
  parseDuration,
  parseGoDuration,
} from '@prometheus-ts/model';
import { HIDDEN, Secret } from '../secret.ts';
import { type EmitNode, plainScalar, stringScalar } from '../yaml/emit.ts';
import { isNull, type YamlNode, type YamlScalar, type YamlValueNode } from '../yaml/nodes.ts';
import { type Resolved, resolveScalar, tagMismatch } from '../yaml/resolve.ts';
import type { DecodeContext } from './context.ts';
import { ExpansionError, expandText, rememberWritten, writtenText } from './expansion.ts';
import { LEAF, type Schema } from './schema.ts';

/** Thrown by `parse` functions; the message is the problem. */
export class ValueProblem extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

export interface TextOptions<T> {
  readonly typeName?: string;
  /** Throws ValueProblem or CodedError. */
  readonly parse: (text: string, context: DecodeContext) => T;
  readonly zero: () => T;
  readonly isZero?: (value: T) => boolean;
  readonly format?: (value: T) => string | undefined;
}

/** A value that is written as a text of its own form. */
export function text<T>(options: TextOptions<T>): Schema<T> {
  const { parse, zero, format = String } = options;
  const isZero = options.isZero ?? ((value: T) => value === zero());
  return {
    typeName: options.typeName ?? 'string',
    shape: LEAF,
    zero,
    isZero,
    decode(node, context) {
      if (isNull(node)) return zero();
      const written = scalarText(node, context, this.typeName);
      if (written === undefined) return zero();
      try {
        return parse(written, context);
      } catch (error) {
        reportThrown(error, node, context);
        return zero();
      }
    },
    encode(value, origin) {
      const reference = origin && referenceText(origin);
      if (reference !== undefined) return stringScalar(reference);
      const shown = format(value);
      return shown === undefined ? null : stringScalar(shown);
    },
  };
}

export function string(): Schema<string> {
  return text({ parse: (written) => written, zero: () => '' });
}

/** A secret; printed as `<secret>`, or as null when it is empty, as upstream. */
export function secret(): Schema<Secret> {
  return text({
    typeName: 'config.Secret',
    parse: (written) => new Secret(written),
    zero: () => new Secret(''),
    isZero: (value) => value.isEmpty,
    format: (value) => (value.isEmpty ? undefined : HIDDEN),
  });
}

/** A path; relative ones begin at the folder of the file. */
export function path(): Schema<string> {
  return text({
    parse: (written, context) => resolvePath(written, context.folder),
    zero: () => '',
  });
}

/** As upstream joins: '' stays '', absolute paths stay, others are joined to `folder`. */
export function resolvePath(written: string, folder: string): string {
  return written === '' || isAbsolute(written) ? written : join(folder, written);
}

/** Prometheus's durations, in milliseconds. */
export function duration(): Schema<number> {
  return text({
    typeName: 'model.Duration',
    parse: (written) => parseDuration(written),
    zero: () => 0,
    format: formatDuration,
  });
}

/** Go's durations (`1.5s`), in milliseconds. */
export function goDuration(): Schema<number> {
  return text({
    typeName: 'time.Duration',
    parse: (written) => parseGoDuration(written),
    zero: () => 0,
    format: formatGoDuration,
  });
}

/** One of a list of words. `refuse` makes upstream's message. */
export function enumeration<const Choice extends string>(
  choices: readonly Choice[],
  refuse: (written: string) => string = (written) => `unknown value ${JSON.stringify(written)}`,
): Schema<Choice | ''> {
  return text<Choice | ''>({
    parse(written) {
      const found = choices.find((choice) => choice === written);
      if (found === undefined) throw new ValueProblem(refuse(written), `one of ${choices.join(', ')}`);
      return found;
    },
    zero: () => '',
  });
}

export function boolean(): Schema<boolean> {
  return resolved<boolean>('bool', false, String, (meaning) =>
    meaning.tag === '!!bool' ? meaning.value : undefined,
  );
}

export interface NumberOptions {
  readonly min?: number;
  readonly max?: number;
  /** Go's type in errors. */
  readonly typeName?: string;
}

/** Whole numbers; a fraction is cut off, as go-yaml does. */
export function integer(options: NumberOptions = {}): Schema<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  return resolved<number>(options.typeName ?? 'int', 0, String, (meaning) => {
    if (meaning.tag !== '!!int' && meaning.tag !== '!!float') return undefined;
    const value = Math.trunc(meaning.value);
    return value >= min && value <= max ? value : undefined;
  });
}

export function float(): Schema<number> {
  return resolved<number>('float64', 0, formatGoFloat, (meaning) =>
    meaning.tag === '!!int' || meaning.tag === '!!float' ? meaning.value : undefined,
  );
}

function resolved<T extends boolean | number>(
  typeName: string,
  zero: T,
  format: (value: T) => string,
  pick: (meaning: Resolved) => T | undefined,
): Schema<T> {
  return {
    typeName,
    shape: LEAF,
    zero: () => zero,
    isZero: (value) => value === zero,
    decode(node, context) {
      if (isNull(node)) return zero;
      const written = scalarText(node, context, typeName);
      if (written === undefined) return zero;
      const scalar = node as YamlScalar;
      const meaning = resolveScalar(written === scalar.text ? scalar : { ...scalar, text: written });
      const value = pick(meaning);
      if (value !== undefined) return value;
      wrongType(node, typeName, context, meaning.tag);
      return zero;
    },
    encode(value, origin) {
      const reference = origin && referenceText(origin);
      return reference === undefined ? plainScalar(format(value)) : stringScalar(reference);
    },
  };
}

/** Any YAML, taken as it is. For what another schema decodes later. */
export function raw(): Schema<YamlValueNode | undefined> {
  return {
    typeName: 'interface {}',
    shape: LEAF,
    zero: () => undefined,
    isZero: (value) => value === undefined,
    decode: (node) => node,
    encode: (value) => (value === undefined ? null : encodeRaw(value)),
  };
}

function encodeRaw(node: YamlNode): EmitNode {
  if (node.kind === 'alias') return encodeRaw(node.target);
  if (node.kind === 'scalar') {
    return resolveScalar(node).tag === '!!str' ? stringScalar(node.text) : plainScalar(node.text);
  }
  if (node.kind === 'sequence') return { list: node.items.map(encodeRaw) };
  return {
    map: node.entries.map(
      ({ key, value }) => [key.kind === 'scalar' ? key.text : '', encodeRaw(value)] as const,
    ),
  };
}

/** The text of a scalar, expanded where that is on; reports and returns undefined for anything else. */
export function scalarText(
  node: YamlValueNode,
  context: DecodeContext,
  typeName: string,
): string | undefined {
  if (node.kind !== 'scalar') {
    wrongType(node, typeName, context, node.kind === 'mapping' ? '!!map' : '!!seq');
    return undefined;
  }
  const mismatch = tagMismatch(node);
  if (mismatch !== undefined) {
    context.report(node, 'wrong_type', mismatch);
    return undefined;
  }
  if (node.tag === '!!binary') return binaryText(node, context);
  if (context.expansion === undefined) return node.text;
  try {
    const expanded = expandText(node.text, context.expansion, context.folder);
    if (expanded !== node.text) rememberWritten(node, node.text);
    return expanded;
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    context.report(node, 'expansion', error.message, 'write $${ for a literal ${');
    return undefined;
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The text that a `!!binary` scalar encodes; a byte that is no UTF-8 becomes U+DC00 plus its value. */
export function binaryText(node: YamlScalar, context: DecodeContext): string | undefined {
  const encoded = node.text.replace(/[\r\n]/g, '');
  if (!BASE64.test(encoded)) {
    context.report(node, 'wrong_type', '!!binary value contains invalid base64 data');
    return undefined;
  }
  const bytes = Buffer.from(encoded, 'base64');
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  return [...bytes].map((byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
}

/** Reports in go-yaml's words. */
export function wrongType(node: YamlValueNode, typeName: string, context: DecodeContext, tag: string): void {
  let what = node.tag === '' ? tag : node.tag;
  if (node.kind === 'scalar') {
    const shown = node.text.length > 10 ? `${node.text.slice(0, 7)}...` : node.text;
    what += ` \`${shown}\``;
  }
  context.report(node, 'wrong_type', `cannot unmarshal ${what} into ${typeName}`, typeHint(node, typeName));
}

function typeHint(node: YamlValueNode, typeName: string): string | undefined {
  if (typeName === 'bool') return 'write true or false';
  if (typeName.startsWith('[]')) return 'a list is wanted: begin each item with a dash';
  if (node.kind === 'mapping' && node.entries.some(({ key }) => key.kind === 'mapping')) {
    return 'a text that contains { or [ must be quoted';
  }
  if (node.kind === 'mapping' && typeName === 'string') {
    return 'a text is wanted here: quote it if it begins with { or contains ": "';
  }
  return undefined;
}

/** Turns what a parse function or check throws into a problem at `node`; rethrows mistakes of the program. */
export function reportThrown(error: unknown, node: YamlNode, context: DecodeContext): void {
  if (error instanceof ValueProblem) context.report(node, 'invalid_value', error.message, error.hint);
  else if (error instanceof CodedError) context.report(node, 'invalid_value', error.message, error.hint);
  else throw error;
}

/** What was written where a value came from an expansion. */
export function referenceText(origin: YamlNode): string | undefined {
  if (origin.kind === 'alias') return referenceText(origin.target);
  return origin.kind === 'scalar' ? writtenText(origin) : undefined;
}

/** go-yaml's text of a float. */
function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return formatFloatG(value);
}
