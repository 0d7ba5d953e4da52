// The tokens of a template's text.

export const Token = {
  error: 'error',
  end: 'EOF',
  text: 'text',
  comment: 'comment',
  leftDelimiter: 'left delimiter',
  rightDelimiter: 'right delimiter',
  space: 'space',
  assign: '=',
  declare: ':=',
  pipe: '|',
  leftParen: '(',
  rightParen: ')',
  character: 'character',
  boolean: 'boolean',
  characterConstant: 'character constant',
  complex: 'complex',
  number: 'number',
  field: 'field',
  identifier: 'identifier',
  string: 'string',
  rawString: 'raw string',
  variable: 'variable',
  dot: 'dot',
  keyword: 'keyword',
} as const;
export type Token = (typeof Token)[keyof typeof Token];

export const KEYWORDS: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);

export interface Item {
  readonly type: Token;
  /** The text itself; for an error, what is wrong. */
  readonly value: string;
  /** Index in UTF-16 units. */
  readonly at: number;
  /** 1-based. */
  readonly line: number;
}
