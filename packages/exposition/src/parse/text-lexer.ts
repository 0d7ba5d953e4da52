// The tokens of the classic text format, with upstream's states: what a byte means, and where the cursor stands
// when it means nothing, is part of the error texts. Line by line and without known lines; the fast path of the
// parser never comes here.
//
// Upstream's peculiarities that are kept: a zero byte at the start of a line ends the body; inside label values,
// help texts and comments zero bytes are ordinary; blanks may stand anywhere between tokens; label pairs need no
// comma between them.

import { Byte, ByteLexer, isInClass, NameClass, Token } from './byte-lexer.ts';

const State = {
  line: 0,
  comment: 1,
  metaName: 2,
  metaText: 3,
  labels: 4,
  labelValue: 5,
  value: 6,
  time: 7,
} as const;
type State = (typeof State)[keyof typeof State];

export class TextLexer extends ByteLexer {
  #state: State = State.line;

  /** Continues at the start of a line. */
  seek(bytes: Uint8Array, end: number, at: number): void {
    this.bytes = bytes;
    this.end = end;
    this.at = at;
    this.#state = State.line;
  }

  /** The next token that is not whitespace. */
  next(): Token {
    let token = this.#lex();
    while (token === Token.whitespace) token = this.#lex();
    return token;
  }

  #step(): number {
    return this.step(this.#skipsZeros());
  }

  #lex(): Token {
    if (this.at >= this.end) return Token.end;
    this.from = this.at;
    const byte = this.bytes[this.at]!;
    switch (this.#state) {
      case State.line:
        return this.#lexLine(byte);
      case State.comment:
        return this.#lexComment(byte);
      case State.metaName:
        if (byte === Byte.quote) return this.#quoted(State.metaText, Token.metricName);
        if (isInClass(byte, NameClass.metricStart))
          return this.#name(NameClass.metric, State.metaText, Token.metricName);
        return isBlank(byte) ? this.#blanks(byte) : Token.invalid;
      case State.metaText:
        return this.#lexText(byte);
      case State.labels:
        return this.#lexLabels(byte);
      case State.labelValue:
        if (byte === Byte.quote) return this.#quoted(State.labels, Token.labelValue);
        return isBlank(byte) ? this.#blanks(byte) : Token.invalid;
      case State.value:
        return this.#lexValue(byte);
      case State.time:
        return this.#lexTime(byte);
    }
  }

  #lexLine(byte: number): Token {
    switch (byte) {
      case 0:
        this.#step();
        return Token.end;
      case Byte.newline:
        return this.#single(State.line, Token.linebreak);
      case Byte.braceOpen:
        return this.#single(State.labels, Token.braceOpen);
      case Byte.hash: {
        let next = this.#step();
        if (!isBlank(next)) return this.#consumeComment();
        while (isBlank(next)) next = this.#step();
        this.#state = State.comment;
        return this.#lexComment(next);
      }
    }
    if (isBlank(byte)) return this.#blanks(byte);
    return isInClass(byte, NameClass.metricStart)
      ? this.#name(NameClass.metric, State.value, Token.metricName)
      : Token.invalid;
  }

  /** After `# `: HELP or TYPE with a blank behind it, or an ordinary comment. */
  #lexComment(byte: number): Token {
    if (isBlank(byte)) return this.#blanks(byte);
    const word = byte === 72 ? 'HELP' : byte === 84 ? 'TYPE' : '';
    if (word === '') return this.#consumeComment();
    let next = byte;
    for (let i = 1; i < 4; i++) {
      next = this.#step();
      if (next !== word.charCodeAt(i)) return this.#consumeComment();
    }
    next = this.#step();
    if (!isBlank(next)) return this.#consumeComment();
    while (isBlank(next)) next = this.#step();
    this.#state = State.metaName;
    return word === 'HELP' ? Token.help : Token.type;
  }

  #consumeComment(): Token {
    for (let byte = this.at < this.end ? this.bytes[this.at]! : 0; ; byte = this.#step()) {
      if (byte === 0) return Token.end;
      if (byte !== Byte.newline) continue;
      this.#state = State.line;
      return Token.comment;
    }
  }

  #lexText(first: number): Token {
    let byte = first;
    while (isBlank(byte)) byte = this.#step();
    // Blanks alone are whitespace; the empty text that follows is a token of its own.
    if (isBlank(first) && (byte === Byte.newline || byte === 0)) return Token.whitespace;
    while (byte !== Byte.newline && byte !== 0) byte = this.#step();
    this.#state = State.line;
    return Token.text;
  }

  #lexLabels(byte: number): Token {
    switch (byte) {
      case Byte.quote:
        return this.#quoted(State.labels, Token.quoted);
      case Byte.comma:
        return this.#single(State.labels, Token.comma);
      case Byte.equal:
        return this.#single(State.labelValue, Token.equal);
      case Byte.braceClose:
        return this.#single(State.value, Token.braceClose);
    }
    if (isBlank(byte)) return this.#blanks(byte);
    return isInClass(byte, NameClass.labelStart)
      ? this.#name(NameClass.label, State.labels, Token.labelName)
      : Token.invalid;
  }

  #lexValue(first: number): Token {
    let byte = first;
    if (isBlank(byte)) return this.#blanks(byte);
    if (byte === Byte.braceOpen) return this.#single(State.labels, Token.braceOpen);
    while (byte !== 0 && byte !== Byte.newline && byte !== Byte.braceOpen && !isBlank(byte))
      byte = this.#step();
    if (this.at === this.from) return Token.invalid;
    this.#state = State.time;
    return Token.value;
  }

  #lexTime(first: number): Token {
    let byte = first;
    if (byte === Byte.newline) return this.#single(State.line, Token.linebreak);
    if (isBlank(byte)) return this.#blanks(byte);
    while (byte >= 48 && byte <= 57) byte = this.#step();
    return this.at === this.from ? Token.invalid : Token.timestamp;
  }

  #single(state: State, token: Token): Token {
    this.#step();
    this.#state = state;
    return token;
  }

  #blanks(first: number): Token {
    let byte = first;
    while (isBlank(byte)) byte = this.#step();
    return Token.whitespace;
  }

  #name(nameClass: number, state: State, token: Token): Token {
    this.skipName(nameClass);
    this.#state = state;
    return token;
  }

  /** A quoted string; it may run over line ends. */
  #quoted(state: State, token: Token): Token {
    if (!this.skipQuoted(this.#skipsZeros(), true)) return Token.invalid;
    this.#state = state;
    return token;
  }

  #skipsZeros(): boolean {
    const state = this.#state;
    return state === State.labelValue || state === State.metaText || state === State.comment;
  }
}

function isBlank(byte: number): boolean {
  return byte === Byte.space || byte === Byte.tab;
}
