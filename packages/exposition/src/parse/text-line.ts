// One line of the classic text format, read token by token: the slow and complete way, for lines never seen
// before and for every error.
import { type CodedError, METRIC_TYPES, type MetricType } from '@prometheus-ts/model';
import { isValidUtf8, quoteBytes } from './byte-text.ts';
import { EntryKind } from './entry.ts';
import { syntaxError } from './syntax-error.ts';
import { TextLexer, Token } from './text-lexer.ts';

/** The type names of the format; its `untyped` is our `unknown`. */
const TYPE_WORDS: Readonly<Record<string, MetricType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  untyped: 'unknown',
};

export class TextLine {
  readonly #lexer = new TextLexer();
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
  valueEnd = 0;
  /** Start and end of the digits; `timeStart` is -1 where there are none. */
  timeStart = -1;
  timeEnd = 0;
  /** Start and end of a help text or comment. */
  textStart = 0;
  textEnd = 0;
  /** Index in METRIC_TYPES, of a type line. */
  type = 0;

  /**
   * Reads the first line at or after `start` that says something.
   * @param limit end of the body; the byte before it is a newline
   */
  read(bytes: Uint8Array, limit: number, start: number): EntryKind {
    const lexer = this.#lexer;
    lexer.seek(bytes, limit, start);
    for (;;) {
      this.start = lexer.at;
      this.offsets.length = 0;
      const token = lexer.next();
      switch (token) {
        case Token.end:
          return EntryKind.end;
        case Token.linebreak:
          continue;
        case Token.help:
        case Token.type:
          return this.#metadata(token);
        case Token.comment:
          this.textStart = lexer.from;
          this.textEnd = lexer.at;
          this.#endMetadata('linebreak expected after comment');
          return EntryKind.comment;
        case Token.braceOpen:
          this.offsets.push(-1, -1);
          this.#labels();
          this.keyEnd = lexer.at;
          return this.#sample(lexer.next());
        case Token.metricName: {
          // Upstream counts blanks before the name to the name.
          this.offsets.push(this.start, lexer.at);
          this.keyEnd = lexer.at;
          let after = lexer.next();
          if (after === Token.braceOpen) {
            this.#labels();
            this.keyEnd = lexer.at;
            after = lexer.next();
          }
          return this.#sample(after);
        }
        default:
          throw this.#unexpected('expected a valid start token', token);
      }
    }
  }

  /** An error about the current line, with what has been read of it. */
  fail(message: string, at = this.#lexer.from): CodedError {
    const { bytes, at: cursor, end } = this.#lexer;
    return syntaxError(`${message} while parsing: ${quoteBytes(bytes, this.start, cursor)}`, bytes, end, at);
  }

  /** Bytes of the body as Go quotes them. */
  quote(start: number, end: number): string {
    return quoteBytes(this.#lexer.bytes, start, end);
  }

  #unexpected(expectation: string, token: Token): CodedError {
    const { bytes, from, at, end } = this.#lexer;
    const upTo = Math.min(end, at + 1);
    const got = quoteBytes(bytes, from, upTo);
    const line = quoteBytes(bytes, this.start, upTo);
    return syntaxError(`${expectation}, got ${got} ("${token}") while parsing: ${line}`, bytes, end, from);
  }

  #bare(message: string): CodedError {
    const { bytes, from, end } = this.#lexer;
    return syntaxError(message, bytes, end, from);
  }

  #expectLinebreak(expectation: string): void {
    const token = this.#lexer.next();
    if (token !== Token.linebreak) throw this.#unexpected(expectation, token);
    this.next = this.#lexer.at;
  }

  #endMetadata(expectation: string): void {
    this.#expectLinebreak(expectation);
    this.keyEnd = this.prefixEnd = this.next;
  }

  #metadata(keyword: Token): EntryKind {
    const lexer = this.#lexer;
    const { bytes } = lexer;
    const name = lexer.next();
    if (name !== Token.metricName) {
      throw this.#unexpected(`expected metric name after ${keyword}`, name);
    }
    const quoted = bytes[lexer.from] === 34 && bytes[lexer.at - 1] === 34 ? 1 : 0;
    this.offsets.push(lexer.from + quoted, lexer.at - quoted);
    const text = lexer.next();
    if (text !== Token.text) throw this.#bare(`expected text in ${keyword}, got ${text}`);
    this.textStart = Math.min(lexer.from + 1, lexer.at);
    this.textEnd = lexer.at;
    if (keyword === Token.type) {
      const word = Buffer.from(bytes.subarray(this.textStart, this.textEnd)).toString('latin1');
      const type = Object.hasOwn(TYPE_WORDS, word) ? TYPE_WORDS[word] : undefined;
      if (type === undefined) {
        throw this.#bare(`invalid metric type ${quoteBytes(bytes, this.textStart, this.textEnd)}`);
      }
      this.type = METRIC_TYPES.indexOf(type);
    } else if (!isValidUtf8(bytes, this.textStart, this.textEnd)) {
      const help = quoteBytes(bytes, this.textStart, this.textEnd);
      throw this.#bare(`help text ${help} is not a valid utf8 string`);
    }
    this.#endMetadata('linebreak expected after metadata');
    return keyword === Token.type ? EntryKind.type : EntryKind.help;
  }

  /** What stands in the braces: `name="value"` pairs, and the metric name where it is quoted. */
  #labels(): void {
    const lexer = this.#lexer;
    const { bytes } = lexer;
    let token = lexer.next();
    for (;;) {
      if (token === Token.braceClose) return;
      if (token !== Token.labelName && token !== Token.quoted) {
        throw this.#unexpected('expected label name', token);
      }
      const isQuoted = token === Token.quoted;
      const nameStart = lexer.from + (isQuoted ? 1 : 0);
      const nameEnd = lexer.at - (isQuoted ? 1 : 0);
      token = lexer.next();
      if (isQuoted && (token === Token.comma || token === Token.braceClose)) {
        if (this.offsets[0] !== -1) throw this.fail('metric name already set');
        this.offsets[0] = nameStart;
        this.offsets[1] = nameEnd;
        if (token === Token.braceClose) return;
        token = lexer.next();
        continue;
      }
      if (token !== Token.equal) throw this.#unexpected('expected equal', token);
      token = lexer.next();
      if (token !== Token.labelValue) throw this.#unexpected('expected label value', token);
      if (!isValidUtf8(bytes, lexer.from, lexer.at)) {
        throw this.#bare(`invalid UTF-8 label value: ${quoteBytes(bytes, lexer.from, lexer.at)}`);
      }
      this.offsets.push(nameStart, nameEnd, lexer.from + 1, lexer.at - 1);
      token = lexer.next();
      if (token === Token.comma) token = lexer.next();
    }
  }

  /** Value, optional timestamp, end of line. The numbers themselves are read by the parser. */
  #sample(token: Token): EntryKind {
    const lexer = this.#lexer;
    if (this.offsets[0] === -1) throw this.fail('metric name not set');
    if (token !== Token.value) throw this.#unexpected('expected value after metric', token);
    this.prefixEnd = lexer.from;
    this.valueEnd = lexer.at;
    return EntryKind.series;
  }

  /** What follows the value, once the value has been read. */
  readTime(): void {
    const lexer = this.#lexer;
    this.timeStart = -1;
    const token = lexer.next();
    if (token === Token.timestamp) {
      this.timeStart = lexer.from;
      this.timeEnd = lexer.at;
      return;
    }
    if (token !== Token.linebreak) throw this.#unexpected('expected timestamp or new record', token);
    this.next = lexer.at;
  }

  /** The line end behind a timestamp, once that has been read. */
  endTime(): void {
    this.#expectLinebreak('expected next entry after timestamp');
  }
}
