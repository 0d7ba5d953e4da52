// The logger: one line a record in upstream's layouts, to standard error unless told otherwise. Logging never
// throws: a value that cannot be printed or a sink that fails costs the line, not the caller.
//
//   slog   time=… level=INFO source=loop.ts:42 msg="…" key=value        {"time":…,"level":…,"source":…,"msg":…}
//   gokit  ts=… level=info caller=loop.ts:42 msg="…" key=value          {"ts":…,"level":…,"caller":…,"msg":…}
import { basename } from 'node:path';
import { getCallSites } from 'node:util';
import { fieldJson, fieldText, jsonString, type LogFields } from './field.ts';
import { type LogFormat, type LogLevel, type LogStyle, severity } from './level.ts';
import { quoteWhenNeeded } from './logfmt.ts';
import { localMilliseconds, localTrimmed, utcMilliseconds } from './time.ts';

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line; it shares this one's level. */
  with(fields: LogFields): Logger;
  /** Whether a line of that level would be written: ask before building costly fields. */
  enabled(level: LogLevel): boolean;
  /** Changes the level of this logger and of everything derived from it. */
  setLevel(level: LogLevel): void;
}

export interface LoggerOptions {
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  readonly style?: LogStyle;
  /** Receives whole lines with their newline. Default: standard error. */
  readonly write?: (line: string) => void;
  readonly nowMs?: () => number;
  /** The `source` (or `caller`) of a line; default: file and line of the call. */
  readonly source?: () => string;
}

/** Keys the layout itself uses; a field of that name is written as `logged_<name>`, as upstream. */
const RESERVED: Readonly<Record<LogStyle, ReadonlySet<string>>> = {
  slog: new Set(['time', 'level', 'source']),
  gokit: new Set(['time', 'ts', 'level', 'source', 'caller']),
};

interface Shared {
  threshold: number;
  readonly format: LogFormat;
  readonly style: LogStyle;
  readonly write: (line: string) => void;
  readonly nowMs: () => number;
  readonly source: () => string;
}

export function createLogger(options: LoggerOptions = {}): Logger {
  const shared: Shared = {
    threshold: severity(options.level ?? 'info'),
    format: options.format ?? 'logfmt',
    style: options.style ?? 'slog',
    write: options.write ?? writeToStandardError,
    nowMs: options.nowMs ?? Date.now,
    source: options.source ?? callerOfLogger,
  };
  return new LineLogger(shared, '');
}

/** A logger that says nothing. */
export function silentLogger(): Logger {
  return createLogger({ write: () => {}, source: () => '' });
}

class LineLogger implements Logger {
  readonly #shared: Shared;
  /** The fields of `with`, already encoded. */
  readonly #prefix: string;

  constructor(shared: Shared, prefix: string) {
    this.#shared = shared;
    this.#prefix = prefix;
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#shared.threshold <= 0) this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    if (this.#shared.threshold <= 1) this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#shared.threshold <= 2) this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    if (this.#shared.threshold <= 3) this.#write('error', message, fields);
  }

  with(fields: LogFields): Logger {
    return new LineLogger(this.#shared, this.#prefix + encodeFields(this.#shared, fields));
  }

  enabled(level: LogLevel): boolean {
    return severity(level) >= this.#shared.threshold;
  }

  setLevel(level: LogLevel): void {
    this.#shared.threshold = severity(level);
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    try {
      const shared = this.#shared;
      const rest = this.#prefix + (fields === undefined ? '' : encodeFields(shared, fields));
      const head =
        shared.format === 'json' ? jsonHead(shared, level, message) : textHead(shared, level, message);
      shared.write(shared.format === 'json' ? `${head}${rest}}\n` : `${head}${rest}\n`);
    } catch {
      // The sink is gone; there is nowhere left to say so.
    }
  }
}

function textHead(shared: Shared, level: LogLevel, message: string): string {
  const text = quoteWhenNeeded(message);
  const source = quoteWhenNeeded(shared.source());
  const nowMs = shared.nowMs();
  if (shared.style === 'gokit') {
    return `ts=${utcMilliseconds(nowMs)} level=${level} caller=${source} msg=${text}`;
  }
  return `time=${localMilliseconds(nowMs)} level=${level.toUpperCase()} source=${source} msg=${text}`;
}

function jsonHead(shared: Shared, level: LogLevel, message: string): string {
  const text = jsonString(message);
  const source = jsonString(shared.source());
  const nowMs = shared.nowMs();
  if (shared.style === 'gokit') {
    return `{"ts":"${utcMilliseconds(nowMs)}","level":"${level}","caller":${source},"msg":${text}`;
  }
  return `{"time":"${localTrimmed(nowMs)}","level":"${level.toUpperCase()}","source":${source},"msg":${text}`;
}

function encodeFields(shared: Shared, fields: LogFields): string {
  let encoded = '';
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const key = RESERVED[shared.style].has(name) ? `logged_${name}` : name;
    encoded += encodeField(shared.format, key, value);
    const hint = hintOf(value);
    if (hint !== undefined && !('hint' in fields)) encoded += encodeField(shared.format, 'hint', hint);
  }
  return encoded;
}

function encodeField(format: LogFormat, key: string, value: unknown): string {
  try {
    return format === 'json'
      ? `,${jsonString(key)}:${fieldJson(value)}`
      : ` ${quoteWhenNeeded(key)}=${quoteWhenNeeded(fieldText(value))}`;
  } catch {
    return format === 'json' ? `,${jsonString(key)}:"!UNPRINTABLE"` : ` ${quoteWhenNeeded(key)}=!UNPRINTABLE`;
  }
}

/** What an error of ours says to do next. */
function hintOf(value: unknown): string | undefined {
  return value instanceof Error && 'hint' in value && typeof value.hint === 'string' ? value.hint : undefined;
}

/** callerOfLogger, textHead or jsonHead, #write, and debug, info, warn or error stand between. */
const FRAMES_BETWEEN = 4;

/** `file:line` of whoever logs; in a bundle it is the bundle's. */
function callerOfLogger(): string {
  const site = getCallSites(FRAMES_BETWEEN + 1)[FRAMES_BETWEEN];
  return site === undefined ? 'unknown:0' : `${basename(site.scriptName)}:${site.lineNumber}`;
}

let guarded = false;

function writeToStandardError(line: string): void {
  if (!guarded) {
    guarded = true;
    process.stderr.on('error', () => {});
  }
  process.stderr.write(line);
}
