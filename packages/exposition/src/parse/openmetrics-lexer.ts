// The tokens of OpenMetrics text, with upstream's states. Stricter than the classic format: blanks are single
// spaces and stand only where the grammar has them, and they belong to the token that follows.
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
  exemplar: 8,
  exemplarValue: 9,
  exemplarTime: 10,
} as const;
type State = (typeof State)[keyof typeof State];

const KEYWORDS = [
  ['HELP ', Token.help],
  ['TYPE ', Token.type],
  ['UNIT ', Token.unit],
] as const;

export class OpenMetricsLexer extends ByteLexer {
  #state: State = State.line;

  /** Continues at the start of a line. */
  seek(bytes: Uint8Array, end: number, at: number): void {
    this.bytes = bytes;
    this.end = end;
    this.at = at;
    this.#state = State.line;
  }

  next(): Token {
    if (this.at >= this.end) return Token.end;
    this.from = this.at;
    const byte = this.bytes[this.at]!;
    switch (this.#state) {
      case State.line:
        if (byte === Byte.hash) return this.#lexComment();
        if (byte === Byte.braceOpen) return this.#single(State.labels, Token.braceOpen);
        return isInClass(byte, NameClass.metricStart)
          ? this.#name(NameClass.metric, State.value, Token.metricName)
          : Token.invalid;
      case State.comment:
        return this.#lexKeyword();
      case State.metaName:
        if (byte === Byte.quote) return this.#quoted(State.metaText, Token.metricName, true);
        return isInClass(byte, NameClass.metricStart)
          ? this.#name(NameClass.metric, State.metaText, Token.metricName)
          : Token.invalid;
      case State.metaText:
        return this.#lexText(byte);
      case State.labels:
        return this.#lexLabels(byte, State.labels, State.labelValue, State.value);
      case State.exemplar:
        return this.#lexLabels(byte, State.exemplar, State.exemplarValue, State.exemplarValue);
      case State.labelValue:
        return byte === Byte.quote ? this.#quoted(State.labels, Token.labelValue, false) : Token.invalid;
      case State.value:
        if (byte === Byte.braceOpen) return this.#single(State.labels, Token.braceOpen);
        return this.#spaced(byte, State.time, Token.value);
      case State.exemplarValue:
        if (byte === Byte.quote) return this.#quoted(State.exemplar, Token.labelValue, false);
        return this.#spaced(byte, State.exemplarTime, Token.value);
      case State.time:
        if (byte === Byte.newline) return this.#single(State.line, Token.linebreak);
        return this.#lexTime(byte);
      case State.exemplarTime:
        if (byte === Byte.newline) return this.#single(State.line, Token.linebreak);
        return this.#spaced(byte, State.exemplarTime, Token.timestamp);
    }
  }

  #step(): number {
    const state = this.#state;
    return this.step(state === State.labelValue || state === State.metaText || state === State.comment);
  }

  #lexComment(): Token {
    if (this.#step() !== Byte.space) return Token.invalid;
    this.#step();
    this.#state = State.comment;
    return this.#lexKeyword();
  }

  /** HELP, TYPE or UNIT and a space, or EOF with its newline; the cursor is on its first byte. */
  #lexKeyword(): Token {
    const first = this.at < this.end ? this.bytes[this.at]! : 0;
    if (first === 69) {
      if (this.#step() !== 79 || this.#step() !== 70) return Token.invalid;
      if (this.#step() === Byte.newline) this.#step();
      this.#state = State.line;
      return Token.endWord;
    }
    for (const [word, token] of KEYWORDS) {
      if (word.charCodeAt(0) !== first) continue;
      for (let i = 1; i < word.length; i++) if (this.#step() !== word.charCodeAt(i)) return Token.invalid;
      this.#step();
      this.#state = State.metaName;
      return token;
    }
    return Token.invalid;
  }

  #lexText(first: number): Token {
    if (first !== Byte.space) return Token.invalid;
    for (let byte = this.#step(); byte !== Byte.newline; byte = this.#step()) {
      if (byte === 0) return Token.invalid;
    }
    return this.#single(State.line, Token.text);
  }

  #lexLabels(byte: number, here: State, afterEqual: State, afterBrace: State): Token {
    switch (byte) {
      case Byte.quote:
        return this.#quoted(here, Token.quoted, here === State.labels);
      case Byte.comma:
        return this.#single(here, Token.comma);
      case Byte.equal:
        return this.#single(afterEqual, Token.equal);
      case Byte.braceClose:
        return this.#single(afterBrace, Token.braceClose);
    }
    return isInClass(byte, NameClass.labelStart)
      ? this.#name(NameClass.label, here, Token.labelName)
      : Token.invalid;
  }

  /** A space and everything up to the next space or line end. */
  #spaced(first: number, state: State, token: Token): Token {
    if (first !== Byte.space) return Token.invalid;
    let byte = this.#step();
    if (!isTextByte(byte)) return Token.invalid;
    while (isTextByte(byte)) byte = this.#step();
    this.#state = state;
    return token;
  }

  /** A timestamp, or ` # {`, which opens an exemplar. */
  #lexTime(first: number): Token {
    if (first !== Byte.space) return Token.invalid;
    let byte = this.#step();
    if (!isTextByte(byte)) return Token.invalid;
    if (byte === Byte.hash) {
      byte = this.#step();
      if (byte === Byte.space) {
        if (this.#step() !== Byte.braceOpen) return Token.invalid;
        return this.#single(State.exemplar, Token.comment);
      }
    }
    while (isTextByte(byte)) byte = this.#step();
    return Token.timestamp;
  }

  #single(state: State, token: Token): Token {
    this.#step();
    this.#state = state;
    return token;
  }

  #name(nameClass: number, state: State, token: Token): Token {
    this.skipName(nameClass);
    this.#state = state;
    return token;
  }

  #quoted(state: State, token: Token, newlines: boolean): Token {
    if (!this.skipQuoted(this.#state === State.labelValue, newlines)) return Token.invalid;
    this.#state = state;
    return token;
  }
}

function isTextByte(byte: number): boolean {
  return byte !== 0 && byte !== Byte.newline && byte !== Byte.space;
}
