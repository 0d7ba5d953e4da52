// One body of the classic text format as text with a place in it. Reading past the end throws: a body ends behind
// a newline, so whatever is open at its end is cut off.
import { CodedError } from '@prometheus-ts/model';

/** A body that does not parse; `message` is upstream's, `place` says line and column. */
export class FamilyTextError extends CodedError {
  constructor(message: string, line: number, column: number) {
    super('exposition_syntax', `text format parsing error in line ${line}: ${message}`, {
      place: { line, column },
    });
    this.name = 'FamilyTextError';
  }
}

const NAME_START = /[a-zA-Z_:]/;
const NAME_PART = /[a-zA-Z0-9_:]/;

export class LineCursor {
  readonly #text: string;
  #at = 0;
  #line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Begins the next line; false when only blanks are left. */
  startLine(): boolean {
    this.#line++;
    this.#lineStart = this.#at;
    while (this.#isBlank()) this.#at++;
    return this.#at < this.#text.length;
  }

  /** Whether this character is at the place. */
  at(character: string): boolean {
    return this.current === character;
  }

  /** The character at the place, which must exist. */
  get current(): string {
    if (this.#at >= this.#text.length) throw this.error('unexpected end of input stream');
    return this.#text[this.#at]!;
  }

  get atNewline(): boolean {
    return this.current === '\n';
  }

  get atBlank(): boolean {
    return this.#isBlank();
  }

  advance(): void {
    this.#at++;
  }

  skipBlanks(): void {
    while (this.#isBlank()) this.#at++;
  }

  /** Everything up to a blank or newline, which stays. */
  word(): string {
    const start = this.#at;
    while (!this.#isBlank() && !this.atNewline) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** The rest of the line as it is; the newline is consumed. */
  restOfLine(): string {
    const end = this.#text.indexOf('\n', this.#at);
    if (end < 0) {
      this.#at = this.#text.length;
      throw this.error('unexpected end of input stream');
    }
    const rest = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return rest;
  }

  /** The rest of the line with `\\`, `\n` and `\"` resolved; the newline is consumed. */
  escapedRestOfLine(): string {
    let text = '';
    while (!this.atNewline) text += this.#character();
    this.#at++;
    return text;
  }

  /**
   * A name, bare or in quotes; '' where none starts here. `colons` says whether a bare one may hold colons.
   * @param what how an error calls it
   */
  name(what: 'metric name' | 'label name', colons: boolean): string {
    let name = '';
    const first = this.current;
    if (first !== '"' && (!NAME_START.test(first) || (first === ':' && !colons))) return '';
    while (NAME_PART.test(this.current) && (colons || this.current !== ':')) {
      name += this.current;
      this.#at++;
    }
    if (this.current !== '"') return name;
    this.#at++;
    return name + this.#quoted(what);
  }

  /** The inside of a quoted label value; the place is at its opening quote. */
  labelValue(): string {
    this.#at++;
    return this.#quoted('label value');
  }

  error(message: string): FamilyTextError {
    return new FamilyTextError(message, this.#line, Math.max(1, this.#at - this.#lineStart + 1));
  }

  #isBlank(): boolean {
    const character = this.#text[this.#at];
    return character === ' ' || character === '\t';
  }

  /** Up to and with the closing quote. */
  #quoted(what: string): string {
    let text = '';
    while (this.current !== '"') {
      if (this.atNewline) throw this.error(`${what} ${JSON.stringify(text)} contains unescaped new-line`);
      text += this.#character();
    }
    this.#at++;
    return text;
  }

  /** One character, an escape sequence counting as one. */
  #character(): string {
    const character = this.current;
    this.#at++;
    if (character !== '\\') return character;
    const escaped = this.current;
    if (escaped !== '\\' && escaped !== 'n' && escaped !== '"')
      throw this.error(`invalid escape sequence '\\${escaped}'`);
    this.#at++;
    return escaped === 'n' ? '\n' : escaped;
  }
}
