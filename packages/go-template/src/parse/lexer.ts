// A template's text to tokens. Spaces inside of actions are tokens too, since `.a .b` and `.a.b` differ; spaces
// that trim markers take away are gone already.
import { quoteGo } from '@prometheus-ts/model';
import { type Item, KEYWORDS, Token } from './tokens.ts';

const LEFT = '{{';
const RIGHT = '}}';
const SPACE = /[ \t\r\n]/;
const WORD = /[\p{L}\p{Nd}_]/u;
const TERMINATORS = new Set(['.', ',', '|', ':', ')', '(', '']);

/** The last item is the end, or an error behind which nothing is known. */
export function tokenize(text: string): Item[] {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #items: Item[] = [];
  #at = 0;
  #start = 0;
  #line = 1;
  #failed = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Item[] {
    while (this.#at < this.#text.length && !this.#failed) this.#lexText();
    if (!this.#failed) this.#push(Token.end, 'EOF');
    return this.#items;
  }

  #lexText(): void {
    const text = this.#text;
    const open = text.indexOf(LEFT, this.#at);
    if (open < 0) {
      this.#at = text.length;
      this.#emit(Token.text);
      return;
    }
    const trim = isLeftTrim(text, open + LEFT.length);
    const plain = text.slice(this.#at, open);
    const kept = trim ? plain.replace(/[ \t\r\n]+$/, '') : plain;
    this.#at += kept.length;
    if (kept !== '') this.#emit(Token.text);
    this.#skipTo(open);
    const inside = open + LEFT.length + (trim ? 2 : 0);
    if (text.startsWith('/*', inside)) {
      this.#skipTo(inside);
      this.#lexComment();
      return;
    }
    this.#at = open + LEFT.length;
    this.#emit(Token.leftDelimiter);
    this.#skipTo(inside);
    this.#lexAction();
  }

  #lexComment(): void {
    const close = this.#text.indexOf('*/', this.#at + 2);
    if (close < 0) {
      this.#fail('unclosed comment');
      return;
    }
    this.#at = close + 2;
    if (!this.#atRightDelimiter()) this.#fail('comment ends before closing delimiter');
    else this.#closeAction(false);
  }

  #lexAction(): void {
    let depth = 0;
    while (!this.#failed) {
      if (this.#atRightDelimiter()) {
        if (depth > 0) this.#fail('unclosed left paren');
        else this.#closeAction(true);
        return;
      }
      const character = this.#peek();
      if (character === '(') depth++;
      if (character === ')' && --depth < 0) {
        this.#at++;
        this.#fail('unexpected right paren');
        return;
      }
      this.#lexInside(character);
    }
  }

  #lexInside(character: string): void {
    if (character === '') this.#fail('unclosed action');
    else if (SPACE.test(character)) this.#lexSpace();
    else if (character === '"') this.#lexQuoted('"', Token.string, 'unterminated quoted string');
    else if (character === "'") {
      this.#lexQuoted("'", Token.characterConstant, 'unterminated character constant');
    } else if (character === '`') this.#lexRawString();
    else if (character === '$') this.#lexName(Token.variable);
    else if (character === '.' && !/\d/.test(this.#text.charAt(this.#at + 1))) this.#lexName(Token.field);
    else if (/[.+\-0-9]/.test(character)) this.#lexNumber();
    else if (WORD.test(character)) this.#lexIdentifier();
    else this.#lexPunctuation(character);
  }

  #lexPunctuation(character: string): void {
    this.#at += character.length;
    if (character === '=') this.#emit(Token.assign);
    else if (character === '|') this.#emit(Token.pipe);
    else if (character === '(') this.#emit(Token.leftParen);
    else if (character === ')') this.#emit(Token.rightParen);
    else if (character === ':') {
      if (this.#peek() !== '=') this.#fail('expected :=');
      else {
        this.#at++;
        this.#emit(Token.declare);
      }
    } else if (/^[!-~]$/.test(character)) this.#emit(Token.character);
    else this.#fail(`unrecognized character in action: ${describeCharacter(character)}`);
  }

  #lexSpace(): void {
    const from = this.#at;
    while (SPACE.test(this.#peek())) this.#at++;
    // The last space belongs to a trimming right delimiter.
    if (this.#text.startsWith(`-${RIGHT}`, this.#at)) this.#at--;
    if (this.#at > from) this.#emit(Token.space);
  }

  /** A field or a variable; its first character comes next. */
  #lexName(type: Token): void {
    this.#at++;
    const bare = this.#atTerminator();
    while (!bare && WORD.test(this.#peek())) this.#at += this.#peek().length;
    if (!this.#atTerminator()) this.#fail(`bad character ${describeCharacter(this.#peek())}`);
    else this.#emit(bare && type === Token.field ? Token.dot : type);
  }

  #lexIdentifier(): void {
    while (WORD.test(this.#peek())) this.#at += this.#peek().length;
    const word = this.#text.slice(this.#start, this.#at);
    if (!this.#atTerminator()) this.#fail(`bad character ${describeCharacter(this.#peek())}`);
    else if (KEYWORDS.has(word)) this.#emit(Token.keyword);
    else this.#emit(word === 'true' || word === 'false' ? Token.boolean : Token.identifier);
  }

  #lexQuoted(quote: string, type: Token, failure: string): void {
    this.#at++;
    for (;;) {
      let character = this.#peek();
      this.#at += character.length;
      if (character === '\\') {
        character = this.#peek();
        this.#at += character.length;
        if (character !== '' && character !== '\n') continue;
      }
      if (character === '' || character === '\n') {
        this.#fail(failure);
        return;
      }
      if (character === quote) break;
    }
    this.#emit(type);
  }

  #lexRawString(): void {
    const close = this.#text.indexOf('`', this.#at + 1);
    if (close < 0) {
      this.#fail('unterminated raw quoted string');
      return;
    }
    this.#at = close + 1;
    this.#emit(Token.rawString);
  }

  #lexNumber(): void {
    let good = this.#scanNumber();
    const complex = good && /[+-]/.test(this.#peek());
    if (complex) good = this.#scanNumber() && this.#text[this.#at - 1] === 'i';
    if (good) this.#emit(complex ? Token.complex : Token.number);
    else this.#fail(`bad number syntax: ${quoteGo(this.#text.slice(this.#start, this.#at))}`);
  }

  #scanNumber(): boolean {
    NUMBER.lastIndex = this.#at;
    this.#at += NUMBER.exec(this.#text)![0].length;
    const next = this.#peek();
    if (!WORD.test(next)) return true;
    this.#at += next.length;
    return false;
  }

  #atTerminator(): boolean {
    const next = this.#peek();
    return SPACE.test(next) || TERMINATORS.has(next) || this.#text.startsWith(RIGHT, this.#at);
  }

  #atRightDelimiter(): boolean {
    return this.#text.startsWith(RIGHT, this.#at) || this.#atTrimmingDelimiter();
  }

  #atTrimmingDelimiter(): boolean {
    return SPACE.test(this.#text.charAt(this.#at)) && this.#text.startsWith(`-${RIGHT}`, this.#at + 1);
  }

  /** Steps over the right delimiter, and over the spaces behind it if it trims. */
  #closeAction(emit: boolean): void {
    const trim = this.#atTrimmingDelimiter();
    if (trim) this.#skipTo(this.#at + 2);
    this.#at += RIGHT.length;
    if (emit) this.#emit(Token.rightDelimiter);
    let end = this.#at;
    while (trim && SPACE.test(this.#text.charAt(end))) end++;
    this.#skipTo(end);
  }

  #peek(): string {
    const codePoint = this.#text.codePointAt(this.#at);
    return codePoint === undefined ? '' : String.fromCodePoint(codePoint);
  }

  #emit(type: Token): void {
    this.#push(type, this.#text.slice(this.#start, this.#at));
    this.#skipTo(this.#at);
  }

  #push(type: Token, value: string): void {
    this.#items.push({ type, value, at: this.#start, line: this.#line });
  }

  #fail(message: string): void {
    this.#push(Token.error, message);
    this.#failed = true;
  }

  #skipTo(at: number): void {
    for (let i = this.#start; i < at; i++) if (this.#text.charCodeAt(i) === 0x0a) this.#line++;
    this.#start = at;
    this.#at = at;
  }
}

const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

/** A minus and a space behind a left delimiter. */
function isLeftTrim(text: string, at: number): boolean {
  return text[at] === '-' && SPACE.test(text.charAt(at + 1));
}

/** Go's %#U. */
function describeCharacter(character: string): string {
  if (character === '') return 'U+FFFFFFFFFFFFFFFF';
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  const printable = character === '"' || character === '\\' || quoteGo(character) === `"${character}"`;
  return printable ? `U+${code} '${character}'` : `U+${code}`;
}
