// What reading one line of either text format has in common: the offsets that come out, the label pairs, and the
// wording of errors. The slow and complete way, for lines never seen before and for every error.
import { type CodedError, METRIC_TYPES, type MetricType } from '@prometheus-ts/model';
import { Byte, type ByteLexer, Token } from './byte-lexer.ts';
import { isValidUtf8, quoteBytes } from './byte-text.ts';
import type { EntryKind } from './entry.ts';
import { FloatReader } from './float-reader.ts';
import { syntaxError } from './syntax-error.ts';

const NOTHING = new Uint8Array(0);

export interface Lexer extends ByteLexer {
  /** Continues at the start of a line; `end` bounds the body. */
  seek(bytes: Uint8Array, end: number, at: number): void;
  next(): Token;
}

export abstract class LineReader {
  /** Start of the line. */
  start = 0;
  /** Start of the next one. */
  next = 0;
  /** Start and end of the metric name, then of every label name and value, quotes excluded. */
  readonly offsets: number[] = [];
  /** End of the bytes that name the series, or of the whole line where it is none. */
  keyEnd = 0;
  /** Start of the value, or the end of the whole line where there is none. */
  prefixEnd = 0;
  /** Start and end of a help text, unit or comment. */
  textStart = 0;
  textEnd = 0;
  /** Index in METRIC_TYPES, of a type line. */
  type = 0;
  valueLow = 0;
  valueHigh = 0;
  hasTimestamp = false;
  /** Integer milliseconds. */
  timestampMs = 0;
  hasExemplar = false;
  /** Start and end of every label name and value of the exemplar. */
  readonly exemplarOffsets: number[] = [];
  exemplarValue = 0;
  /** Integer milliseconds, undefined where the exemplar has none. */
  exemplarTimestampMs: number | undefined;

  /** What is behind the sample fits nowhere; upstream only notices, and so fails, at the next entry. */
  isDangling = false;

  protected readonly lexer: Lexer;
  protected readonly floats = new FloatReader();
  protected readonly failing = (message: string): CodedError => this.fail(message);

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  /** Reads the first line at or after `start` that says something; `limit` is the end of the body. */
  abstract read(bytes: Uint8Array, limit: number, start: number): EntryKind;

  /** Lets go of the body. */
  release(): void {
    this.lexer.seek(NOTHING, 0, 0);
    this.isDangling = false;
  }

  /** An error about the current line, with what has been read of it. */
  protected fail(message: string): CodedError {
    const { bytes, at } = this.lexer;
    return this.bare(`${message} while parsing: ${quoteBytes(bytes, this.start, at)}`);
  }

  protected unexpected(expectation: string, token: Token): CodedError {
    const { bytes, from, at, end } = this.lexer;
    const upTo = Math.min(end, at + 1);
    const got = quoteBytes(bytes, from, upTo);
    const line = quoteBytes(bytes, this.start, upTo);
    return this.bare(`${expectation}, got ${got} ("${token}") while parsing: ${line}`);
  }

  /** An error without what has been read, at the current token. */
  protected bare(message: string): CodedError {
    const { bytes, from, end } = this.lexer;
    return syntaxError(message, bytes, end, from);
  }

  /** The name in a metadata line, with or without quotes. */
  protected readFamilyName(keyword: Token): void {
    const { lexer } = this;
    const token = lexer.next();
    if (token !== Token.metricName) throw this.unexpected(`expected metric name after ${keyword}`, token);
    const { bytes, from, at } = lexer;
    const isQuoted = bytes[from] === Byte.quote && bytes[at - 1] === Byte.quote;
    this.offsets.push(isQuoted ? from + 1 : from, isQuoted ? at - 1 : at);
  }

  /** The word of a type line, which `words` translates. */
  protected readType(words: ReadonlyMap<string, MetricType>): void {
    const { bytes } = this.lexer;
    const word = Buffer.from(bytes.subarray(this.textStart, this.textEnd)).toString('latin1');
    const type = words.get(word);
    if (type === undefined) {
      throw this.bare(`invalid metric type ${quoteBytes(bytes, this.textStart, this.textEnd)}`);
    }
    this.type = METRIC_TYPES.indexOf(type);
  }

  protected checkHelp(): void {
    const { bytes } = this.lexer;
    if (isValidUtf8(bytes, this.textStart, this.textEnd)) return;
    const help = quoteBytes(bytes, this.textStart, this.textEnd);
    throw this.bare(`help text ${help} is not a valid utf8 string`);
  }

  /**
   * What stands in the braces: `name="value"` pairs, and the metric name where it is quoted.
   * @param strictCommas whether pairs must have a comma between them
   */
  protected readLabels(offsets: number[], isExemplar: boolean, strictCommas: boolean): void {
    const { lexer } = this;
    const { bytes } = lexer;
    let token = lexer.next();
    for (;;) {
      if (token === Token.braceClose) return;
      if (token !== Token.labelName && token !== Token.quoted) {
        throw this.unexpected('expected label name', token);
      }
      const quotes = token === Token.quoted ? 1 : 0;
      const nameStart = lexer.from + quotes;
      const nameEnd = lexer.at - quotes;
      token = lexer.next();
      if (quotes === 1 && (token === Token.comma || token === Token.braceClose)) {
        if (isExemplar) throw this.unexpected('expected label name', token);
        if (offsets[0] !== -1) throw this.fail('metric name already set');
        offsets[0] = nameStart;
        offsets[1] = nameEnd;
        if (token === Token.braceClose) return;
        token = lexer.next();
        continue;
      }
      if (token !== Token.equal) throw this.unexpected('expected equal', token);
      token = lexer.next();
      if (token !== Token.labelValue) throw this.unexpected('expected label value', token);
      if (!isValidUtf8(bytes, lexer.from, lexer.at)) {
        throw this.bare(`invalid UTF-8 label value: ${quoteBytes(bytes, lexer.from, lexer.at)}`);
      }
      offsets.push(nameStart, nameEnd, lexer.from + 1, lexer.at - 1);
      token = lexer.next();
      if (token === Token.comma) token = lexer.next();
      else if (strictCommas && token !== Token.braceClose) {
        throw this.unexpected('expected comma or brace close', token);
      }
    }
  }
}
