// logfmt as Go's slog.TextHandler writes it: `key=value` pairs, quoted only where a reader would otherwise
// split or misread the value.

// Printable ASCII but for space, `"` and `=`; DEL passes, as upstream.
const PLAIN = /^[!#-<>-\x7f]+$/;
// One class, so that there is one way to match each character and a long text takes linear time.
const PLAIN_UNICODE = /^[!#-<>-\x7f\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u;

/** The text as it stands after `key=`. */
export function quoteWhenNeeded(text: string): string {
  if (PLAIN.test(text)) return text;
  if (PLAIN_UNICODE.test(text) && !/["= \ufffd]/.test(text)) return text;
  return quote(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** Go's strconv.Quote. */
function quote(text: string): string {
  const escaped = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => {
    const known = ESCAPES[char];
    if (known !== undefined) return known;
    const code = char.codePointAt(0)!;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code < 0x10000
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `"${escaped}"`;
}
