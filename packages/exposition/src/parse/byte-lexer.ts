// What the lexers of the two text formats share: the tokens, the cursor, names and quoted strings. Where the cursor
// stands when a byte fits no token is part of upstream's error texts, so it is kept exactly.

/** The names are those in upstream's error texts. */
export const Token = {
  invalid: 'INVALID',
  end: 'EOF',
  endWord: 'EOFWORD',
  linebreak: 'LINEBREAK',
  whitespace: 'WHITESPACE',
  help: 'HELP',
  type: 'TYPE',
  unit: 'UNIT',
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

export const Byte = {
  tab: 9,
  newline: 10,
  space: 32,
  quote: 34,
  hash: 35,
  comma: 44,
  equal: 61,
  backslash: 92,
  braceOpen: 123,
  braceClose: 125,
} as const;

/** Which bytes may start and continue which names. */
export const NameClass = { labelStart: 1, label: 2, metricStart: 4, metric: 8 } as const;
const NAME_CLASSES = new Uint8Array(256);
for (let byte = 0; byte < 128; byte++) {
  const letter = /[a-zA-Z_]/.test(String.fromCharCode(byte));
  if (letter) NAME_CLASSES[byte] = 15;
  else if (byte >= 48 && byte <= 57) NAME_CLASSES[byte] = NameClass.label | NameClass.metric;
  else if (byte === 58) NAME_CLASSES[byte] = NameClass.metricStart | NameClass.metric;
}

export function isInClass(byte: number, nameClass: number): boolean {
  return (NAME_CLASSES[byte]! & nameClass) !== 0;
}

export class ByteLexer {
  bytes: Uint8Array = new Uint8Array(0);
  /** One past the last byte. */
  end = 0;
  /** The cursor: one past the token, or the byte that fits no token. */
  at = 0;
  /** Where the token starts. */
  from = 0;

  /**
   * Moves on by a byte and returns the one there, 0 at the end.
   * @param skipsZeros upstream passes over zero bytes in label values, help texts and comments
   */
  protected step(skipsZeros: boolean): number {
    this.at++;
    if (skipsZeros) while (this.at < this.end && this.bytes[this.at] === 0) this.at++;
    return this.at < this.end ? this.bytes[this.at]! : 0;
  }

  /** Moves behind the name that starts at the cursor. */
  protected skipName(nameClass: number): void {
    const { bytes, end } = this;
    let at = this.at + 1;
    while (at < end && (NAME_CLASSES[bytes[at]!]! & nameClass) !== 0) at++;
    this.at = at;
  }

  /**
   * Moves behind the quoted string that starts at the cursor; false where it does not end. A backslash takes the
   * next byte with it, which may not be a newline.
   */
  protected skipQuoted(skipsZeros: boolean, newlines: boolean): boolean {
    const { bytes, end } = this;
    let at = this.at + 1;
    for (; ; at++) {
      let byte = at < end ? bytes[at]! : -1;
      if (byte === Byte.quote) break;
      if (byte === Byte.backslash) {
        do byte = ++at < end ? bytes[at]! : -1;
        while (byte === 0 && skipsZeros);
        if (byte === Byte.newline) byte = -1;
      } else if (byte === Byte.newline && !newlines) byte = -1;
      if (byte < 0 || (byte === 0 && !skipsZeros)) {
        this.at = at;
        return false;
      }
    }
    this.at = at;
    this.step(skipsZeros);
    return true;
  }
}
