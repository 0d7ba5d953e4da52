// Text to tokens, one at a time and only when asked, because errors are reported in the order in which the
// input is read. The language has modes: inside braces words are labels, inside brackets they are parts of
// a duration, and a series description (tests only) has a language of its own in SeriesLexer.

import { quoteGo } from '@prometheus-ts/model';
import type { Span } from '../ast.ts';
import {
  codeAt,
  describeRune,
  END,
  isAlpha,
  isAlphaNumeric,
  isDigit,
  isSpace,
  quoteRune,
  widthOf,
} from './characters.ts';
import { ParseError } from './parse-error.ts';
import { scanDuration, scanNumber } from './scan-number.ts';
import { DURATION_KEYWORDS, Kind, keywordKind, type Token, type TokenKind } from './tokens.ts';

/** How many characters of the escape `\x`, `\u` and `\U` are hexadecimal digits. */
const ESCAPE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const SIMPLE_ESCAPES = 'abfnrtv\\';
const MAX_RUNE = 0x10ffff;

/** Tokens of one character, outside braces and brackets. */
const SINGLE = '*/%+-^,@';

export class Lexer {
  readonly input: string;
  /** Where the token being read starts, and how far the input is read. */
  protected start = 0;
  protected pos = 0;
  protected bracketOpen = false;
  protected braceOpen = false;
  /** In brackets before the first number: operators, words and numbers of a duration only. */
  #durationMode = false;
  #parenDepth = 0;
  #gotColon = false;
  /** Whether any bracket so far held a number; upstream never takes it back. */
  #gotDuration = false;
  #ended = false;

  constructor(input: string) {
    this.input = input;
  }

  /** The next token, comments included; EOF for ever once the input is used up. Throws ParseError. */
  next(): Token {
    if (this.#ended) return this.take(Kind.eof);
    return this.scan();
  }

  protected scan(): Token {
    if (this.braceOpen) return this.#scanInBraces();
    if (this.#durationMode) return this.#scanDuration();
    return this.scanStatement();
  }

  protected scanStatement(): Token {
    this.skipSpaces();
    if (this.braceOpen) return this.#scanInBraces();
    const code = this.read();
    const char = String.fromCodePoint(Math.max(code, 0));
    if (code === END) return this.#end();
    if (char === '#') return this.#comment();
    if (SINGLE.includes(char)) return this.take(char);
    if (isDigit(code) || (char === '.' && isDigit(this.peek()))) {
      this.pos--;
      return this.numberOrDuration();
    }
    if (isAlpha(code) || char === ':') return this.#word(code);
    switch (char) {
      case '=':
        if (this.peek() === 0x7e) throw this.fail(`unexpected character after '=': '~'`);
        return this.take(this.accept('=') ? '==' : '=');
      case '!': {
        const after = this.read();
        if (after !== 0x3d) throw this.fail(`unexpected character after '!': ${quoteRune(after)}`);
        return this.take('!=');
      }
      case '<':
      case '>':
        if (this.accept('=')) return this.take(`${char}=`);
        return this.take(this.accept('/') ? `${char}/` : char);
      case '"':
      case "'":
        return this.#string(code);
      case '`':
        return this.#rawString();
      case '(':
      case ')':
        return this.#paren(char);
      case '{':
        this.braceOpen = true;
        return this.take('{');
      case '[':
        if (this.bracketOpen) throw this.fail(`unexpected left bracket '['`);
        return this.#openBracket();
      case ']':
        if (!this.bracketOpen) throw this.fail(`unexpected right bracket ']'`);
        this.bracketOpen = false;
        return this.take(']');
    }
    throw this.fail(`unexpected character: ${quoteRune(code)}`);
  }

  #end(): Token {
    if (this.#parenDepth !== 0) throw this.fail('unclosed left parenthesis');
    if (this.bracketOpen) throw this.fail('unclosed left bracket');
    this.#ended = true;
    return this.take(Kind.eof);
  }

  #openBracket(): Token {
    this.#gotColon = false;
    this.bracketOpen = true;
    this.#durationMode = true;
    return this.take('[');
  }

  #paren(char: '(' | ')'): Token {
    this.#parenDepth += char === '(' ? 1 : -1;
    const token = this.take(char);
    if (this.#parenDepth < 0) throw this.fail(`unexpected right parenthesis ')'`);
    return token;
  }

  /** A word or a colon, the first character read. */
  #word(first: number): Token {
    if (!this.bracketOpen) {
      this.pos--;
      return this.keywordOrIdentifier();
    }
    if (first === 0x3a) {
      if (this.#gotColon) throw this.fail(`unexpected colon ':'`);
      this.#gotColon = true;
      return this.take(':');
    }
    const keyword = this.#durationKeyword(first);
    if (keyword) return keyword;
    throw this.fail(`unexpected character: ${quoteRune(first)}, expected ':'`);
  }

  #durationKeyword(first: number): Token | undefined {
    if (!'srmSRM'.includes(String.fromCodePoint(first))) return undefined;
    while (isAlpha(this.peek())) this.pos++;
    const word = this.input.slice(this.start, this.pos).toLowerCase();
    return DURATION_KEYWORDS.has(word) ? this.take(word) : undefined;
  }

  #scanDuration(): Token {
    this.skipSpaces();
    const code = this.read();
    const char = String.fromCodePoint(Math.max(code, 0));
    if (code === END) throw this.fail('unexpected end of input in duration expression');
    switch (char) {
      case ']':
        this.#durationMode = false;
        this.bracketOpen = false;
        this.#gotColon = false;
        return this.take(']');
      case ':': {
        const token = this.take(':');
        if (!this.#gotDuration) {
          throw this.fail('unexpected colon before duration in duration expression');
        }
        if (this.#gotColon) throw this.fail('unexpected repeated colon in duration expression');
        this.#gotColon = true;
        return token;
      }
      case '(':
      case ')':
        return this.#paren(char);
    }
    if ('+-*/%^,'.includes(char)) return this.take(char);
    if (isDigit(code) || (char === '.' && isDigit(this.peek()))) {
      this.pos--;
      this.#gotDuration = true;
      this.#durationMode = false;
      return this.numberOrDuration();
    }
    const keyword = this.#durationKeyword(code);
    if (keyword) return keyword;
    throw this.fail(`unexpected character in duration expression: ${quoteRune(code)}`);
  }

  #scanInBraces(): Token {
    this.skipSpaces();
    const code = this.read();
    const char = String.fromCodePoint(Math.max(code, 0));
    if (code === END) throw this.fail('unexpected end of input inside braces');
    if (isAlpha(code)) {
      while (isAlphaNumeric(this.peek())) this.pos++;
      return this.take(Kind.identifier);
    }
    switch (char) {
      case '#':
        return this.#comment();
      case ',':
        return this.take(',');
      case '"':
      case "'":
        return this.#string(code);
      case '`':
        return this.#rawString();
      case '=':
        return this.take(this.accept('~') ? '=~' : '=');
      case '!': {
        const after = this.read();
        if (after === 0x7e) return this.take('!~');
        if (after === 0x3d) return this.take('!=');
        throw this.fail(`unexpected character after '!' inside braces: ${quoteRune(after)}`);
      }
      case '{':
        throw this.fail(`unexpected left brace '{'`);
      case '}':
        return this.closeBrace();
    }
    throw this.fail(`unexpected character inside braces: ${quoteRune(code)}`);
  }

  protected closeBrace(): Token {
    this.braceOpen = false;
    return this.take('}');
  }

  #comment(): Token {
    for (;;) {
      const code = this.peek();
      if (code === END || code === 0x0a || code === 0x0d) return this.take(Kind.comment);
      this.read();
    }
  }

  /** A quoted string, the opening quote read. Escapes are checked here and decoded by `unquote`. */
  #string(quote: number): Token {
    for (;;) {
      const code = this.read();
      if (code === quote) return this.take(Kind.string);
      if (code === 0x5c) this.#escape(quote);
      else if (code === 0xfffd) throw this.fail('invalid UTF-8 rune');
      else if (code === END || code === 0x0a) throw this.fail('unterminated quoted string');
    }
  }

  #rawString(): Token {
    for (;;) {
      const code = this.read();
      if (code === 0x60) return this.take(Kind.string);
      if (code === 0xfffd) throw this.fail('invalid UTF-8 rune');
      if (code === END) throw this.fail('unterminated raw string');
    }
  }

  #escape(quote: number): void {
    let code = this.read();
    if (code === END) throw this.fail('escape sequence not terminated');
    const char = String.fromCodePoint(code);
    if (SIMPLE_ESCAPES.includes(char) || code === quote) return;
    const octal = code >= 0x30 && code <= 0x37;
    const digits = octal ? 3 : ESCAPE_DIGITS[char];
    if (digits === undefined) throw this.fail(`unknown escape sequence ${describeRune(code)}`);
    if (!octal) code = this.read();
    const base = octal ? 8 : 16;
    let value = 0;
    for (let left = digits; ; code = this.read()) {
      const digit = digitValue(code);
      if (digit >= base) {
        if (code === END) throw this.fail('escape sequence not terminated');
        throw this.fail(`illegal character ${describeRune(code)} in escape sequence`);
      }
      value = (value * base + digit) % 0x1_0000_0000;
      if (--left === 0) break;
    }
    const max = octal || char === 'x' ? 255 : MAX_RUNE;
    if (value > max || (value >= 0xd800 && value < 0xe000)) {
      throw this.fail('escape sequence is an invalid Unicode code point');
    }
  }

  protected keywordOrIdentifier(): Token {
    for (let code = this.peek(); isAlphaNumeric(code) || code === 0x3a; code = this.peek()) this.pos++;
    const word = this.input.slice(this.start, this.pos);
    const keyword = keywordKind(word);
    if (keyword !== undefined) {
      // These were metric names before they were keywords, and stay so unless a parenthesis follows.
      if (keyword.startsWith('fill') && !this.#parenFollows()) return this.take(Kind.identifier);
      return this.take(keyword);
    }
    return this.take(word.includes(':') ? Kind.metricIdentifier : Kind.identifier);
  }

  #parenFollows(): boolean {
    let at = this.pos;
    while (isSpace(this.input.charCodeAt(at))) at++;
    return this.input[at] === '(';
  }

  protected numberOrDuration(): Token {
    const number = scanNumber(this.input, this.pos, this.hexNumbers);
    this.pos = number.end;
    if (number.valid) return this.take(Kind.number);
    const duration = scanDuration(this.input, this.pos);
    this.pos = duration.end;
    if (duration.valid) return this.take(Kind.duration);
    throw this.fail(`bad number or duration syntax: ${quoteGo(this.input.slice(this.start, this.pos))}`);
  }

  /** Hexadecimal would be ambiguous in series descriptions, where x repeats. */
  protected get hexNumbers(): boolean {
    return true;
  }

  protected read(): number {
    const code = codeAt(this.input, this.pos);
    this.pos += widthOf(code);
    return code;
  }

  protected peek(): number {
    return codeAt(this.input, this.pos);
  }

  protected accept(char: string): boolean {
    if (this.input[this.pos] !== char) return false;
    this.pos++;
    return true;
  }

  protected skipSpaces(): void {
    while (isSpace(this.input.charCodeAt(this.pos))) this.pos++;
    this.start = this.pos;
  }

  /** Makes a token of everything read since the last one. */
  protected take(kind: TokenKind): Token {
    const { start, pos: end } = this;
    this.start = end;
    return { kind, start, end, text: this.input.slice(start, end) };
  }

  /** The error of the token being read. */
  protected fail(reason: string): ParseError {
    const span: Span = { start: this.start, end: this.input.length };
    return new ParseError(this.input, span, reason);
  }
}

function digitValue(code: number): number {
  if (isDigit(code)) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x61 + 10;
  if (code >= 0x41 && code <= 0x46) return code - 0x41 + 10;
  return 16;
}
