// The language of test data: a series, then its values, `up{job="a"} 1+1x4 _x2 stale {{sum:3 count:2}}x5`.
// Values are told apart by the spaces between them, so here a space is a token.
import { quoteGo } from '@prometheus-ts/model';
import { END, isAlpha, isDigit, isSpace, quoteRune } from './characters.ts';
import { Lexer } from './lexer.ts';
import type { ParseError } from './parse-error.ts';
import { scanNumber } from './scan-number.ts';
import {
  HINT_PREFIX,
  HISTOGRAM_KEYS,
  KEY_PREFIX,
  Kind,
  keywordKind,
  RESET_HINTS,
  type Token,
} from './tokens.ts';

export class SeriesLexer extends Lexer {
  /** Past the series: values follow. */
  #inValues = false;
  /** Between {{ and }}. */
  #inHistogram = false;
  /** Right behind a minus sign in a list of buckets, where only a number may stand. */
  #numberNext = false;

  protected override scan(): Token {
    if (this.#inHistogram) return this.bracketOpen ? this.#scanBuckets() : this.#scanHistogram();
    if (this.#inValues) return this.#scanValue();
    return super.scan();
  }

  protected override closeBrace(): Token {
    this.#inValues = true;
    return super.closeBrace();
  }

  protected override keywordOrIdentifier(): Token {
    const token = super.keywordOrIdentifier();
    this.#inValues = this.input[this.pos] !== '{';
    return token;
  }

  protected override get hexNumbers(): boolean {
    return false;
  }

  #scanValue(): Token {
    const code = this.read();
    if (code === END) return super.scan();
    const char = String.fromCodePoint(code);
    if (char === '{' && this.accept('{')) {
      this.#inHistogram = true;
      return this.take('{{');
    }
    if (isSpace(code)) return this.#space();
    if (char === '+' || char === '-') return this.take(char);
    if (char === 'x') return this.take(Kind.times);
    if (char === '_') return this.take(Kind.blank);
    if (isDigit(code) || (char === '.' && isDigit(this.peek()))) return this.#number();
    if (isAlpha(code)) {
      this.pos--;
      return this.keywordOrIdentifier();
    }
    throw this.fail(`unexpected character in series sequence: ${quoteRune(code)}`);
  }

  #scanHistogram(): Token {
    const code = this.read();
    const char = String.fromCodePoint(Math.max(code, 0));
    if (isSpace(code)) return this.#space();
    if (isAlpha(code)) return this.#histogramWord();
    if (char === ':' || char === '-') return this.take(char);
    if (isDigit(code)) return this.#number();
    if (char === '[') {
      this.bracketOpen = true;
      return this.take('[');
    }
    if (char === '}' && this.accept('}')) {
      this.#inHistogram = false;
      return this.take('}}');
    }
    throw this.fail(`histogram description incomplete unexpected: ${quoteRune(code)}`);
  }

  /** A key with its colon to follow, `Inf`, `NaN`, or a counter reset hint. */
  #histogramWord(): Token {
    while (isAlpha(this.peek())) this.pos++;
    const word = this.input.slice(this.start, this.pos);
    const lower = word.toLowerCase();
    if (HISTOGRAM_KEYS.has(lower)) {
      if (this.peek() !== 0x3a) throw this.fail('missing `:` for histogram descriptor');
      return this.take(KEY_PREFIX + lower);
    }
    if (keywordKind(word) === Kind.number) return this.take(Kind.number);
    if (RESET_HINTS.has(lower)) return this.take(HINT_PREFIX + lower);
    throw this.fail(`bad histogram descriptor found: ${quoteGo(word)}`);
  }

  #scanBuckets(): Token {
    if (this.#numberNext) {
      this.#numberNext = false;
      this.read();
      return this.#number();
    }
    for (;;) {
      const code = this.read();
      const char = String.fromCodePoint(Math.max(code, 0));
      if (isSpace(code)) return this.#space();
      if (char === '-') {
        this.#numberNext = true;
        return this.take('-');
      }
      if (isDigit(code)) return this.#number();
      if (char === ']') {
        this.bracketOpen = false;
        return this.take(']');
      }
      if (!isAlpha(code)) throw this.fail(`invalid character in buckets description: ${quoteRune(code)}`);
      // Letters gather until they are Inf or NaN; upstream lets other letters before a number pass here.
      const word = this.input.slice(this.start, this.pos);
      if (keywordKind(word) === Kind.number) return this.take(Kind.number);
    }
  }

  /** A run of spaces as one token, which has the text of the first. */
  #space(): Token {
    const token = this.take(Kind.space);
    this.skipSpaces();
    return token;
  }

  /** A number whose first character is read. */
  #number(): Token {
    const { end, valid } = scanNumber(this.input, this.pos - 1, false);
    this.pos = end;
    if (!valid) throw this.#badNumber();
    return this.take(Kind.number);
  }

  #badNumber(): ParseError {
    return this.fail(`bad number syntax: ${quoteGo(this.input.slice(this.start, this.pos))}`);
  }
}
