// One line of the classic text format, token by token.
import type { MetricType } from '@prometheus-ts/model';
import { Token } from './byte-lexer.ts';
import { EntryKind } from './entry.ts';
import { LineReader } from './line-reader.ts';
import { TextLexer } from './text-lexer.ts';

/** The type names of the format; its `untyped` is our `unknown`. */
const TYPE_WORDS: ReadonlyMap<string, MetricType> = new Map<string, MetricType>([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

const INT64_MAX = 2n ** 63n - 1n;

export class TextLine extends LineReader {
  constructor() {
    super(new TextLexer());
  }

  /** The byte before `limit` must be a newline. */
  override read(bytes: Uint8Array, limit: number, start: number): EntryKind {
    const { lexer } = this;
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
          this.readLabels(this.offsets, false, false);
          this.keyEnd = lexer.at;
          return this.#sample(lexer.next());
        case Token.metricName: {
          // Upstream counts blanks before the name to the name.
          this.offsets.push(this.start, lexer.at);
          this.keyEnd = lexer.at;
          let after = lexer.next();
          if (after === Token.braceOpen) {
            this.readLabels(this.offsets, false, false);
            this.keyEnd = lexer.at;
            after = lexer.next();
          }
          return this.#sample(after);
        }
        default:
          throw this.unexpected('expected a valid start token', token);
      }
    }
  }

  #expectLinebreak(expectation: string): void {
    const token = this.lexer.next();
    if (token !== Token.linebreak) throw this.unexpected(expectation, token);
    this.next = this.lexer.at;
  }

  #endMetadata(expectation: string): void {
    this.#expectLinebreak(expectation);
    this.keyEnd = this.prefixEnd = this.next;
  }

  #metadata(keyword: Token): EntryKind {
    const { lexer } = this;
    this.readFamilyName(keyword);
    const text = lexer.next();
    if (text !== Token.text) throw this.bare(`expected text in ${keyword}, got ${text}`);
    this.textStart = Math.min(lexer.from + 1, lexer.at);
    this.textEnd = lexer.at;
    if (keyword === Token.type) this.readType(TYPE_WORDS);
    else this.checkHelp();
    this.#endMetadata('linebreak expected after metadata');
    return keyword === Token.type ? EntryKind.type : EntryKind.help;
  }

  /** Value, optional timestamp, end of line. */
  #sample(token: Token): EntryKind {
    const { lexer, floats } = this;
    if (this.offsets[0] === -1) throw this.fail('metric name not set');
    if (token !== Token.value) throw this.unexpected('expected value after metric', token);
    this.prefixEnd = lexer.from;
    floats.read(lexer.bytes, lexer.from, lexer.at, this.failing);
    this.valueLow = floats.valueLow;
    this.valueHigh = floats.valueHigh;
    const after = lexer.next();
    this.hasTimestamp = after === Token.timestamp;
    if (this.hasTimestamp) {
      this.#readTimestamp();
      this.#expectLinebreak('expected next entry after timestamp');
    } else if (after === Token.linebreak) this.next = lexer.at;
    else throw this.unexpected('expected timestamp or new record', after);
    return EntryKind.series;
  }

  #readTimestamp(): void {
    const { bytes, from, at } = this.lexer;
    const digits = Buffer.from(bytes.subarray(from, at)).toString('latin1');
    if (digits.length > 18 && BigInt(digits) > INT64_MAX) {
      throw this.fail(`strconv.ParseInt: parsing "${digits}": value out of range`);
    }
    this.timestampMs = Number(digits);
  }
}
