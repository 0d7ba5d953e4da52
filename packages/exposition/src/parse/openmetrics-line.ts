// One line of OpenMetrics text, token by token.
import { METRIC_TYPES, type MetricType } from '@prometheus-ts/model';
import { Token } from './byte-lexer.ts';
import { quoteBytes } from './byte-text.ts';
import { EntryKind } from './entry.ts';
import { LineReader } from './line-reader.ts';
import { OpenMetricsLexer } from './openmetrics-lexer.ts';

const TYPE_WORDS: ReadonlyMap<string, MetricType> = new Map(METRIC_TYPES.map((type) => [type, type]));

const TIME_MAX = 2 ** 63;

const NO_END = 'data does not end with # EOF';

export class OpenMetricsLine extends LineReader {
  constructor() {
    super(new OpenMetricsLexer());
  }

  override read(bytes: Uint8Array, limit: number, start: number): EntryKind {
    const { lexer } = this;
    if (!this.isDangling || start !== this.next) lexer.seek(bytes, limit, start);
    this.isDangling = false;
    this.start = lexer.at;
    this.offsets.length = 0;
    this.hasExemplar = false;
    const token = lexer.next();
    switch (token) {
      case Token.endWord:
        if (lexer.next() !== Token.end) throw this.bare('unexpected data after # EOF');
        return EntryKind.end;
      case Token.end:
        throw this.bare(NO_END);
      case Token.help:
      case Token.type:
      case Token.unit:
        return this.#metadata(token);
      case Token.braceOpen:
        this.offsets.push(-1, -1);
        this.readLabels(this.offsets, false, true);
        this.keyEnd = lexer.at;
        return this.#sample(lexer.next());
      case Token.metricName: {
        this.offsets.push(this.start, lexer.at);
        this.keyEnd = lexer.at;
        let after = lexer.next();
        if (after === Token.braceOpen) {
          this.readLabels(this.offsets, false, true);
          this.keyEnd = lexer.at;
          after = lexer.next();
        }
        return this.#sample(after);
      }
      default:
        throw this.unexpected('expected a valid start token', token);
    }
  }

  #metadata(keyword: Token): EntryKind {
    const { lexer } = this;
    this.readFamilyName(keyword);
    if (lexer.next() !== Token.text) throw this.bare(`expected text in ${keyword}`);
    // The token is a space, the text and the newline.
    this.textStart = lexer.from + 1;
    this.textEnd = lexer.at - 1;
    this.next = this.keyEnd = this.prefixEnd = lexer.at;
    if (keyword === Token.type) {
      this.readType(TYPE_WORDS);
      return EntryKind.type;
    }
    if (keyword === Token.help) {
      this.checkHelp();
      return EntryKind.help;
    }
    this.#checkUnit();
    return EntryKind.unit;
  }

  #checkUnit(): void {
    const { bytes } = this.lexer;
    const [nameStart = 0, nameEnd = 0] = this.offsets;
    const length = this.textEnd - this.textStart;
    if (length === 0) return;
    const suffix = nameEnd - length;
    let fits = suffix - 1 >= nameStart && bytes[suffix - 1] === 95;
    for (let i = 0; i < length && fits; i++) fits = bytes[suffix + i] === bytes[this.textStart + i];
    if (fits) return;
    const unit = quoteBytes(bytes, this.textStart, this.textEnd);
    throw this.bare(`unit ${unit} not a suffix of metric ${quoteBytes(bytes, nameStart, nameEnd)}`);
  }

  /** Value, optional timestamp, optional exemplar, end of line. */
  #sample(token: Token): EntryKind {
    const { lexer, floats } = this;
    if (this.offsets[0] === -1) throw this.fail('metric name not set');
    this.#float(token, 'metric');
    this.prefixEnd = lexer.from + 1;
    this.valueLow = floats.valueLow;
    this.valueHigh = floats.valueHigh;
    let after = lexer.next();
    this.hasTimestamp = after === Token.timestamp;
    if (this.hasTimestamp) {
      this.timestampMs = this.#time('timestamp');
      after = lexer.next();
      if (after !== Token.linebreak && after !== Token.comment) {
        throw this.unexpected('expected next entry after timestamp', after);
      }
    }
    if (after === Token.end) throw this.bare(NO_END);
    if (after === Token.comment) this.#exemplar();
    else this.isDangling = after !== Token.linebreak;
    this.next = lexer.at;
    return EntryKind.series;
  }

  #exemplar(): void {
    const { lexer, floats } = this;
    this.exemplarOffsets.length = 0;
    this.readLabels(this.exemplarOffsets, true, true);
    this.#float(lexer.next(), 'exemplar labels');
    this.exemplarValue = floats.value;
    this.exemplarTimestampMs = undefined;
    this.hasExemplar = true;
    const token = lexer.next();
    if (token === Token.end) throw this.bare(NO_END);
    if (token === Token.linebreak) return;
    if (token !== Token.timestamp) throw this.unexpected('expected timestamp or comment', token);
    this.exemplarTimestampMs = this.#time('exemplar timestamp');
    const last = lexer.next();
    if (last !== Token.linebreak) throw this.unexpected('expected next entry after exemplar timestamp', last);
  }

  /** The float of a token that starts with its space. */
  #float(token: Token, after: string): void {
    const { lexer } = this;
    if (token !== Token.value) throw this.unexpected(`expected value after ${after}`, token);
    this.floats.read(lexer.bytes, lexer.from + 1, lexer.at, this.failing);
  }

  /** Seconds to integer milliseconds. What no int64 holds becomes the least one, as it does for upstream. */
  #time(what: string): number {
    const { lexer, floats } = this;
    floats.read(lexer.bytes, lexer.from + 1, lexer.at, this.failing);
    const seconds = floats.value;
    if (Number.isNaN(seconds)) throw this.bare(`invalid ${what} NaN`);
    if (!Number.isFinite(seconds)) throw this.bare(`invalid ${what} ${seconds > 0 ? '+' : '-'}Inf`);
    const milliseconds = Math.trunc(seconds * 1000) + 0;
    return Math.abs(milliseconds) < TIME_MAX ? milliseconds : -TIME_MAX;
  }
}
