// Entities in a template's own attribute values. What matters is where strings, URLs and comments begin and end,
// so the named entities here are those of ASCII characters; any other stands for some letter.

const NAMED: Readonly<Record<string, string>> = {
  Tab: '\t',
  NewLine: '\n',
  excl: '!',
  quot: '"',
  QUOT: '"',
  num: '#',
  dollar: '$',
  percnt: '%',
  amp: '&',
  AMP: '&',
  apos: "'",
  lpar: '(',
  rpar: ')',
  ast: '*',
  midast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  lt: '<',
  LT: '<',
  equals: '=',
  gt: '>',
  GT: '>',
  quest: '?',
  commat: '@',
  lsqb: '[',
  lbrack: '[',
  bsol: '\\',
  rsqb: ']',
  rbrack: ']',
  Hat: '^',
  lowbar: '_',
  UnderBar: '_',
  grave: '`',
  DiacriticalGrave: '`',
  lcub: '{',
  lbrace: '{',
  verbar: '|',
  vert: '|',
  VerticalLine: '|',
  rcub: '}',
  rbrace: '}',
  nbsp: '\u00a0',
};
/** Entities that are known without their semicolon, too. */
const LEGACY = /^(?:quot|QUOT|amp|AMP|lt|LT|gt|GT|nbsp)/;
const SOME_LETTER = 'é';

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    /&(?:#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?|([A-Za-z][A-Za-z0-9]*)(;?))/g,
    (whole, hexadecimal?: string, decimal?: string, name?: string, semicolon?: string) => {
      if (name === undefined)
        return numbered(Number.parseInt(hexadecimal ?? decimal!, hexadecimal ? 16 : 10));
      if (semicolon) return Object.hasOwn(NAMED, name) ? NAMED[name]! : SOME_LETTER;
      const legacy = LEGACY.exec(name);
      return legacy ? NAMED[legacy[0]]! + name.slice(legacy[0].length) : whole;
    },
  );
}

function numbered(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  return String.fromCodePoint(code);
}
