// What a scalar means when nothing says it is a text: go-yaml v2's rules, which upstream's files are read by.
// They are those of YAML 1.1 but for base 60: `yes`, `on` and `y` are booleans, `0123` and `0o123` octal,
// `0x1f` hexadecimal, `1_000` a thousand, `2001-01-01` a date.
import type { YamlScalar } from './nodes.ts';

export type Resolved =
  | { readonly tag: '!!null' }
  | { readonly tag: '!!bool'; readonly value: boolean }
  | { readonly tag: '!!int'; readonly value: number; readonly exact: bigint }
  | { readonly tag: '!!float'; readonly value: number }
  | { readonly tag: '!!timestamp' }
  | { readonly tag: '!!str' };

const TRUE = /^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(~|null|Null|NULL|)$/;
const SPECIAL_FLOAT = /^([-+]?)\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[+-]\d{2}:\d{2})| \d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?)?$/;

const STRING: Resolved = { tag: '!!str' };
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** The meaning of a plain text. */
export function resolvePlain(text: string): Resolved {
  if (TRUE.test(text)) return { tag: '!!bool', value: true };
  if (FALSE.test(text)) return { tag: '!!bool', value: false };
  if (NULL.test(text)) return { tag: '!!null' };
  const special = SPECIAL_FLOAT.exec(text);
  if (special) {
    const infinity = special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return { tag: '!!float', value: special[2] ? infinity : Number.NaN };
  }
  if (text.startsWith('.')) {
    return FLOAT.test(text) ? { tag: '!!float', value: Number(text) } : STRING;
  }
  if (!/^[-+0-9]/.test(text)) return STRING;
  if (isTimestamp(text)) return { tag: '!!timestamp' };
  return resolveNumber(text.replaceAll('_', ''));
}

/** The meaning of a scalar: its tag wins, quotes and blocks are text. */
export function resolveScalar(node: YamlScalar): Resolved {
  if (node.tag === '!!str' || node.tag === '!!binary') return STRING;
  if (node.tag === '' && !node.plain) return STRING;
  const resolved = resolvePlain(node.text);
  if (node.tag === '!!float' && resolved.tag === '!!int') return { tag: '!!float', value: resolved.value };
  return resolved;
}

/** What is wrong with a scalar whose tag does not fit its text (`!!int x`); undefined when nothing is. */
export function tagMismatch(node: YamlScalar): string | undefined {
  if (!/^!!(null|bool|int|float|timestamp)$/.test(node.tag)) return undefined;
  const { tag } = resolvePlain(node.text);
  if (tag === node.tag || (tag === '!!int' && node.tag === '!!float')) return undefined;
  return `cannot decode ${tag} \`${node.text}\` as a ${node.tag}`;
}

function resolveNumber(text: string): Resolved {
  const integer = parseInteger(text);
  if (integer !== undefined && integer >= INT64_MIN && integer <= UINT64_MAX) {
    return { tag: '!!int', value: Number(integer), exact: integer };
  }
  if (FLOAT.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return { tag: '!!float', value };
  }
  return STRING;
}

/** Go's strconv.ParseInt with base 0. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (!match) return undefined;
  const [, sign, hex, octal, binary, decimal] = match;
  const digits = hex ? `0x${hex}` : octal ? `0o${octal}` : binary ? `0b${binary}` : decimal!;
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

function isTimestamp(text: string): boolean {
  if (!TIMESTAMP.test(text)) return false;
  const [, year, month, day] = /^(\d+)-(\d+)-(\d+)/.exec(text)!;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
