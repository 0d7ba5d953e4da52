// The tokens of the classic text format, with upstream's states: what a byte means, and where the cursor stands
// when it means nothing, is part of the error texts. Line by line and without known lines; the fast path of the
// parser never comes here.
//
// Upstream's peculiarities that are kept: a zero byte at the start of a line ends the body; inside label values,
// help texts and comments zero bytes are ordinary; blanks may stand anywhere between tokens; label pairs need no
// comma between them.

/** The names are those in upstream's error texts. */
export const Token = {
  invalid: 'INVALID',
  end: 'EOF',
  linebreak: 'LINEBREAK',
  whitespace: 'WHITESPACE',
  help: 'HELP',
  type: 'TYPE',
  text: 'TEXT',
  comment: 'COMMENT',
  metricName: 'MNAME',
  quoted: 'QSTRING',
  braceOpen: 'BOPEN',
  braceClose: 'BCLOSE',
  labelName: 'LNAME',
  labelValue: 'LVALUE',
  equal: 'EQUAL',
  comma: 'COMMA',
  timestamp: 'TIMESTAMP',
  value: 'VALUE',
} as const;
export type Token = (typeof Token)[keyof typeof Token];

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

const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const COMMA = 44;
const EQUAL = 61;
const BACKSLASH = 92;
const BRACE_OPEN = 123;
const BRACE_CLOSE = 125;

/** Bit 0: may start a label name. Bit 1: may go on a label name. Bits 2 and 3: the same for metric names. */
const NAME_CLASSES = new Uint8Array(256);
for (let byte = 0; byte < 128; byte++) {
  const letter = /[a-zA-Z_]/.test(String.fromCharCode(byte));
  if (letter) NAME_CLASSES[byte] = 15;
  else if (byte >= 48 && byte <= 57) NAME_CLASSES[byte] = 2 | 8;
  else if (byte === 58) NAME_CLASSES[byte] = 4 | 8;
}

export class TextLexer {
  bytes: Uint8Array = new Uint8Array(0);
  /** One past the last byte. */
  end = 0;
  /** The cursor: one past the token, or the byte that fits no token. */
  at = 0;
  /** Where the token starts. */
  from = 0;
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

  /** Moves on by a byte and returns the one there, 0 at the end. */
  #step(): number {
    this.at++;
    if (this.at >= this.end) return 0;
    const state = this.#state;
    if (state === State.labelValue || state === State.metaText || state === State.comment) {
      while (this.bytes[this.at] === 0) this.at++;
    }
    return this.bytes[this.at]!;
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
        if (byte === QUOTE) return this.#quoted(State.metaText, Token.metricName);
        if ((NAME_CLASSES[byte]! & 4) !== 0) return this.#name(8, State.metaText, Token.metricName);
        return isBlank(byte) ? this.#blanks(byte) : Token.invalid;
      case State.metaText:
        return this.#lexText(byte);
      case State.labels:
        return this.#lexLabels(byte);
      case State.labelValue:
        if (byte === QUOTE) return this.#quoted(State.labels, Token.labelValue);
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
      case NEWLINE:
        return this.#single(State.line, Token.linebreak);
      case BRACE_OPEN:
        return this.#single(State.labels, Token.braceOpen);
      case HASH: {
        let next = this.#step();
        if (!isBlank(next)) return this.#consumeComment();
        while (isBlank(next)) next = this.#step();
        this.#state = State.comment;
        return this.#lexComment(next);
      }
    }
    if (isBlank(byte)) return this.#blanks(byte);
    return (NAME_CLASSES[byte]! & 4) !== 0 ? this.#name(8, State.value, Token.metricName) : Token.invalid;
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
      if (byte !== NEWLINE) continue;
      this.#state = State.line;
      return Token.comment;
    }
  }

  #lexText(first: number): Token {
    let byte = first;
    while (isBlank(byte)) byte = this.#step();
    // Blanks alone are whitespace; the empty text that follows is a token of its own.
    if (isBlank(first) && (byte === NEWLINE || byte === 0)) return Token.whitespace;
    while (byte !== NEWLINE && byte !== 0) byte = this.#step();
    this.#state = State.line;
    return Token.text;
  }

  #lexLabels(byte: number): Token {
    switch (byte) {
      case QUOTE:
        return this.#quoted(State.labels, Token.quoted);
      case COMMA:
        return this.#single(State.labels, Token.comma);
      case EQUAL:
        return this.#single(State.labelValue, Token.equal);
      case BRACE_CLOSE:
        return this.#single(State.value, Token.braceClose);
    }
    if (isBlank(byte)) return this.#blanks(byte);
    return (NAME_CLASSES[byte]! & 1) !== 0 ? this.#name(2, State.labels, Token.labelName) : Token.invalid;
  }

  #lexValue(first: number): Token {
    let byte = first;
    if (isBlank(byte)) return this.#blanks(byte);
    if (byte === BRACE_OPEN) return this.#single(State.labels, Token.braceOpen);
    while (byte !== 0 && byte !== NEWLINE && byte !== BRACE_OPEN && !isBlank(byte)) byte = this.#step();
    if (this.at === this.from) return Token.invalid;
    this.#state = State.time;
    return Token.value;
  }

  #lexTime(first: number): Token {
    let byte = first;
    if (byte === NEWLINE) return this.#single(State.line, Token.linebreak);
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

  #name(mask: number, state: State, token: Token): Token {
    const { bytes, end } = this;
    let at = this.at + 1;
    while (at < end && (NAME_CLASSES[bytes[at]!]! & mask) !== 0) at++;
    this.at = at;
    this.#state = state;
    return token;
  }

  /** A quoted string; it may run over line ends, but not end in one after a backslash. */
  #quoted(state: State, token: Token): Token {
    const { bytes, end } = this;
    const skipsZeros = this.#state === State.labelValue;
    let at = this.at + 1;
    for (; ; at++) {
      let byte = at < end ? bytes[at]! : -1;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        do byte = ++at < end ? bytes[at]! : -1;
        while (byte === 0 && skipsZeros);
        if (byte === NEWLINE) byte = -1;
      }
      if (byte < 0 || (byte === 0 && !skipsZeros)) {
        this.at = at;
        return Token.invalid;
      }
    }
    this.at = at;
    this.#step();
    this.#state = state;
    return token;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
