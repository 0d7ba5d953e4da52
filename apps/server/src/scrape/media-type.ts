// Content-Type values, taken apart as strictly as Go's mime.ParseMediaType does: upstream refuses a response whose
// header does not parse, unless there is a fallback protocol. Source: RFC 2045 and RFC 2616, section 2.2.

/** The media type in lower case without its parameters, or what is wrong with the value. */
export type ParsedMediaType = { readonly type: string } | { readonly problem: string };

/** Characters of a token: printable ASCII but separators. */
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const BLANKS = /\s*/y;

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function skipBlanks(text: string, at: number): number {
  return at + match(BLANKS, text, at).length;
}

function mediaTypeProblem(type: string): string {
  const major = match(TOKEN, type, 0);
  if (major === '') return 'mime: no media type';
  if (major.length === type.length) return '';
  if (type[major.length] !== '/') return 'mime: expected slash after first token';
  const minor = match(TOKEN, type, major.length + 1);
  if (minor === '') return 'mime: expected token after slash';
  return major.length + 1 + minor.length < type.length ? 'mime: unexpected content after media subtype' : '';
}

/** End of the token or quoted string at `at`, or -1 where there is none. */
function valueEnd(text: string, at: number): number {
  if (text[at] !== '"') return at + match(TOKEN, text, at).length || -1;
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '"') return i + 1;
    if (text[i] === '\r' || text[i] === '\n') return -1;
    if (text[i] === '\\' && i + 1 < text.length) i++;
  }
  return -1;
}

export function parseMediaType(text: string): ParsedMediaType {
  const semicolon = text.indexOf(';');
  const type = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  const problem = mediaTypeProblem(type);
  if (problem !== '') return { problem };
  const parameters = new Map<string, string>();
  for (let at = semicolon < 0 ? text.length : semicolon; skipBlanks(text, at) < text.length; ) {
    if (text.slice(at).trim() === ';') break;
    const invalid = { problem: 'mime: invalid media parameter' };
    at = skipBlanks(text, at);
    if (text[at] !== ';') return invalid;
    at = skipBlanks(text, at + 1);
    const name = match(TOKEN, text, at);
    at = skipBlanks(text, at + name.length);
    if (name === '' || text[at] !== '=') return invalid;
    at = skipBlanks(text, at + 1);
    const end = valueEnd(text, at);
    if (end <= at) return invalid;
    const value = text.slice(at, end);
    const known = parameters.get(name.toLowerCase());
    if (known !== undefined && known !== value) return { problem: 'mime: duplicate parameter name' };
    parameters.set(name.toLowerCase(), value);
    at = end;
  }
  return { type };
}
