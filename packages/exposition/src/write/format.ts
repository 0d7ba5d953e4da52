// The formats that can be written, their content types, and how a request chooses among them.
import { EscapingScheme } from '@prometheus-ts/model';

export type FormatKind = 'text' | 'openmetrics' | 'protobuf';

/** One way to write an exposition. */
export interface Format {
  readonly kind: FormatKind;
  /** '' for protobuf. */
  readonly version: string;
  readonly escaping: EscapingScheme;
}

export const TEXT_0_0_4: Format = { kind: 'text', version: '0.0.4', escaping: 'underscores' };
export const TEXT_1_0_0: Format = { kind: 'text', version: '1.0.0', escaping: 'underscores' };
export const OPENMETRICS_0_0_1: Format = { kind: 'openmetrics', version: '0.0.1', escaping: 'underscores' };
export const OPENMETRICS_1_0_0: Format = { kind: 'openmetrics', version: '1.0.0', escaping: 'underscores' };
/** Length-delimited messages io.prometheus.client.MetricFamily. */
export const PROTOBUF: Format = { kind: 'protobuf', version: '', escaping: 'underscores' };

/** What the daemons offer on /metrics, the preferred first among equals. */
export const OFFERED_FORMATS: readonly Format[] = [
  OPENMETRICS_1_0_0,
  OPENMETRICS_0_0_1,
  PROTOBUF,
  TEXT_0_0_4,
  TEXT_1_0_0,
];

const MEDIA_TYPES: Readonly<Record<FormatKind, string>> = {
  text: 'text/plain',
  openmetrics: 'application/openmetrics-text',
  protobuf: 'application/vnd.google.protobuf',
};

const PROTOBUF_PARAMETERS = [
  ['proto', 'io.prometheus.client.MetricFamily'],
  ['encoding', 'delimited'],
] as const;

const OLDEST_VERSION: Readonly<Record<FormatKind, string>> = {
  text: '0.0.4',
  openmetrics: '0.0.1',
  protobuf: '',
};

/** The Content-Type header of a body in this format. */
export function contentType(format: Format): string {
  if (format.kind === 'protobuf') {
    const parameters = PROTOBUF_PARAMETERS.map(([name, value]) => `${name}=${value}`).join('; ');
    return `${MEDIA_TYPES.protobuf}; ${parameters}; escaping=${format.escaping}`;
  }
  return `${MEDIA_TYPES[format.kind]}; version=${format.version}; charset=utf-8; escaping=${format.escaping}`;
}

/** Content type of the classic text format without the escaping parameter, as older readers expect it. */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface AcceptClause {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/** At most this many clauses of an Accept header are looked at. */
const CLAUSES_MAX = 64;

function parseClause(text: string): AcceptClause | undefined {
  const [media = '', ...rest] = text.split(';');
  const [type, subtype, surplus] = media.trim().split('/');
  if (!type || surplus !== undefined) return undefined;
  if (subtype === undefined && type !== '*') return undefined;
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals < 0) continue;
    const key = parameter.slice(0, equals).trim();
    const value = parameter.slice(equals + 1).trim();
    if (key === 'q') quality = /^[0-9.]+$/.test(value) ? Number(value) : 1;
    else parameters.set(key, value);
  }
  return { type, subtype: subtype?.trim() || '*', quality, parameters };
}

/** The clauses, best first: by quality, then the more specific, then as written. */
function parseAccept(header: string): AcceptClause[] {
  const clauses = header
    .split(',', CLAUSES_MAX)
    .map(parseClause)
    .filter((clause) => clause !== undefined);
  const wildcards = (clause: AcceptClause) => (clause.type === '*' ? 2 : clause.subtype === '*' ? 1 : 0);
  return clauses.sort((a, b) => b.quality - a.quality || wildcards(a) - wildcards(b));
}

function accepts(clause: AcceptClause, format: Format): boolean {
  const [type, subtype] = MEDIA_TYPES[format.kind].split('/');
  // Whoever takes anything, a person with curl as a rule, gets what people can read.
  if (clause.type === '*' && clause.subtype === '*') return format.kind === 'text';
  if (clause.type !== '*' && clause.type !== type) return false;
  if (clause.subtype !== '*' && clause.subtype !== subtype) return false;
  if (format.kind === 'protobuf') {
    return PROTOBUF_PARAMETERS.every(([name, value]) => clause.parameters.get(name) === value);
  }
  // A reader that names no version means the oldest.
  let fallback: string | undefined;
  if (clause.type === type && clause.subtype === subtype) fallback = OLDEST_VERSION[format.kind];
  return (clause.parameters.get('version') ?? fallback) === format.version;
}

/** Whether a Content-Type announces length-delimited MetricFamily messages. */
export function isDelimitedProtobuf(type: string): boolean {
  const clause = parseClause(type);
  return clause !== undefined && clause.type !== '*' && clause.subtype !== '*' && accepts(clause, PROTOBUF);
}

/**
 * The format for a request. Falls back to the first text format offered. The escaping scheme is the last valid
 * one among the clauses up to the one that decided, `underscores` where none asks.
 * @param accept the Accept header, undefined where the request had none
 */
export function negotiate(accept: string | undefined, offered: readonly Format[] = OFFERED_FORMATS): Format {
  let escaping: EscapingScheme = EscapingScheme.underscores;
  for (const clause of parseAccept(accept ?? '')) {
    const asked = clause.parameters.get('escaping');
    const known = Object.values(EscapingScheme).find((scheme) => scheme === asked);
    if (known !== undefined) escaping = known;
    const format = offered.find((candidate) => accepts(clause, candidate));
    if (format) return { ...format, escaping };
  }
  const fallback = offered.find((format) => format.kind === 'text') ?? offered[0] ?? TEXT_0_0_4;
  return { ...fallback, escaping };
}
