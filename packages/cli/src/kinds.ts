// Text to value and back, for every kind of flag. The words of errors are upstream's (Go's strconv, kingpin,
// prometheus/common); the texts of values are those of /api/v1/status/flags.
import {
  CodedError,
  formatDuration,
  formatGoDuration,
  parseDuration,
  parseGoDuration,
} from '@prometheus-ts/model';
import type { ArgDefinition, FlagDefinition } from './definition.ts';

/** What can be wrong with a value; the message is shown after `error: `. */
export class ValueError extends Error {}

export type ScalarValue = string | number | boolean;

type Definition = FlagDefinition | ArgDefinition;

/** Throws ValueError. */
export function parseValue(definition: Definition, text: string): ScalarValue {
  switch (definition.kind) {
    case 'string':
      return text;
    case 'bool':
      return parseBoolean(text);
    case 'int':
      return Math.trunc(parseFloatText(text));
    case 'float':
      return parseFloatText(text);
    case 'duration':
      return withUpstreamWords(parseDuration, text);
    case 'goDuration':
      return withUpstreamWords(parseGoDuration, text);
    case 'bytes':
      return parseBytes(text);
    case 'enum':
      return parseChoice(definition, text);
  }
}

/** The text upstream shows for a value. */
export function formatValue(definition: Definition, value: ScalarValue): string {
  switch (definition.kind) {
    case 'duration':
      return formatDuration(value as number);
    case 'goDuration':
      return formatGoDuration(value as number);
    case 'bytes':
      return formatBytes(value as number);
    default:
      return String(value);
  }
}

/** The value of a flag that has neither a default nor a value. */
export function zeroValue(definition: Definition): ScalarValue {
  if (definition.kind === 'bool') return false;
  return definition.kind === 'string' || definition.kind === 'enum' ? '' : 0;
}

function withUpstreamWords(parse: (text: string) => number, text: string): number {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new ValueError(error.message);
  }
}

function parseBoolean(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new ValueError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function parseFloatText(text: string): number {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  throw new ValueError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function parseChoice(definition: Definition, text: string): string {
  const choices = definition.choices ?? [];
  const wanted = definition.ignoreCase ? text.toLowerCase() : text;
  const found = choices.find((choice) => choice === wanted);
  if (found !== undefined) return found;
  if (definition.complaint !== undefined) throw new ValueError(`${definition.complaint} ${text}`);
  throw new ValueError(`enum value must be one of ${choices.join(',')}, got '${text}'`);
}

const BYTE_PREFIXES = ['', 'K', 'M', 'G', 'T', 'P', 'E'] as const;

/** `1GB`, `1GiB` and `1.5GB` are powers of 1024; several may follow one another. */
function parseBytes(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  const part = /(\d+\.?\d*|\.\d+)([KMGTPE]?)(iB|B)/y;
  let bytes = 0;
  let end = 0;
  while (end < body.length) {
    part.lastIndex = end;
    const found = part.exec(body);
    if (!found) break;
    const scale = 1024 ** BYTE_PREFIXES.indexOf(found[2] as (typeof BYTE_PREFIXES)[number]);
    bytes += Number(found[1]) * scale;
    end = part.lastIndex;
  }
  if (end === 0 || end < body.length) {
    const reason = /^[\d.]+$/.test(body.slice(end)) && end < body.length ? 'missing unit in' : 'invalid';
    throw new ValueError(`units: ${reason} ${text}`);
  }
  return sign * Math.trunc(bytes);
}

/** `0B`, `512MiB`, `1GiB512MiB`. */
function formatBytes(bytes: number): string {
  if (bytes === 0) return '0B';
  let text = '';
  let rest = bytes;
  for (const prefix of BYTE_PREFIXES) {
    const digits = rest % 1024;
    if (digits !== 0) text = `${digits}${prefix}${prefix === '' ? 'B' : 'iB'}${text}`;
    rest = Math.trunc(rest / 1024);
    if (rest === 0) break;
  }
  return text;
}
