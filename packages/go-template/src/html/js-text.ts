// Values in JavaScript: as expressions, within strings and template literals, within regular expressions.

import { compareStrings, formatFloat } from '@prometheus-ts/model';
import { sprint } from '../format/print.ts';
import {
  Complex,
  FunctionValue,
  GoMap,
  GoSlice,
  GoStruct,
  type GoValue,
  isNil,
  SafeText,
  SafeType,
  typeOf,
} from '../values/values.ts';

const CONTROL: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

/** Everything below the space, and the line separators, whatever else is escaped. */
function escapeControl(character: string): string {
  return CONTROL[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** For the inside of a string in quotes. @param normalize leaves the escapes that are there already */
export function escapeJsString(text: string, normalize: boolean): string {
  return text.replaceAll(/[\0-\x1f"`&'+/<>\\\u2028\u2029]/g, (character) => {
    if (character === '\\') return normalize ? '\\' : '\\\\';
    return character === '/' ? '\\/' : escapeControl(character);
  });
}

/** For the inside of a template literal. */
export function escapeJsTemplate(text: string): string {
  return text.replaceAll(/[\0-\x1f"`&'+/<>\\${}\u2028\u2029]/g, (character) => {
    if (character === '\\') return '\\\\';
    return character === '/' ? '\\/' : escapeControl(character);
  });
}

/** For the inside of a regular expression, where it stands for itself. An empty one would make a comment. */
export function escapeJsRegexp(text: string): string {
  if (text === '') return '(?:)';
  return text.replaceAll(/[\0-\x1f"$&'()*+\-./<>?[\\\]^{|}\u2028\u2029]/g, (character) =>
    /[$()*\-./?[\\\]^{|}]/.test(character) ? `\\${character}` : escapeControl(character),
  );
}

/** An expression that has no effects: JSON, in a form that is also safe within <script>. */
export function escapeJsValue(args: readonly GoValue[]): string {
  let value: GoValue = args.length === 1 ? args[0] : sprint(args);
  if (value instanceof SafeText) {
    if (value.type === SafeType.js) return value.text;
    if (value.type === SafeType.jsString) return `"${value.text}"`;
  }
  if (value instanceof GoStruct && value.text) value = value.text();
  let json: string;
  try {
    json = toJson(value);
  } catch (error) {
    const reason = (error as Error).message
      .replaceAll(/<(\/?)script/gi, '\\x3C$1script')
      .replaceAll('*/', '* /')
      .replaceAll('<!--', '\\x3C!--');
    return ` /* ${reason} */null `;
  }
  // Names and numbers must not run into keywords.
  return /^[$0-9A-Z_a-z]|[$0-9A-Z_a-z]$/.test(json) ? ` ${json} ` : json;
}

/** Go's json.Marshal. Throws with its message. */
function toJson(value: GoValue): string {
  if (isNil(value)) return 'null';
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return numberJson(value);
    case 'string':
      return stringJson(value);
  }
  if (value instanceof SafeText) return stringJson(value.text);
  if (value instanceof GoSlice) return `[${value.items.map(toJson).join()}]`;
  if (value instanceof GoMap) {
    const keys = [...value.entries.keys()].sort(compareStrings);
    return `{${keys.map((key) => `${stringJson(key)}:${toJson(value.entries.get(key))}`).join()}}`;
  }
  if (value instanceof Complex || value instanceof FunctionValue) {
    throw new Error(`json: unsupported type: ${typeOf(value)}`);
  }
  if (value.text) return stringJson(value.text());
  return `{${[...value.fields].map(([name, field]) => `${stringJson(name)}:${toJson(field)}`).join()}}`;
}

function numberJson(value: number): string {
  if (value - value !== 0) throw new Error(`json: unsupported value: ${formatFloat(value)}`);
  return formatFloat(value).replace(/e([+-])0(\d)$/, 'e$1$2');
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function stringJson(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll(
      /[\0-\x1f"\\<>&\u2028\u2029]/g,
      (character) => JSON_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `"${escaped}"`;
}
