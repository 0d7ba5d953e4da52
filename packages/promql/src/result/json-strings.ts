// Strings in answers. Label names and values are escaped as little as JSON allows; the value of a string
// expression also escapes what HTML could trip over. Both as upstream.

const NEEDS_CARE = /["\\\p{Cc}\ud800-\udfff]/u;

/** A label name or value: quotes, backslashes and control characters are escaped, everything else stands. */
export function quoteLabel(text: string): string {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === '"' || char === '\\') quoted += `\\${char}`;
    else if (code < 0x20) quoted += escapeControl(char, code);
    else quoted += char;
  }
  return `${quoted}"`;
}

function escapeControl(char: string, code: number): string {
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  if (char === '\t') return '\\t';
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** The value of a string expression. */
export function quoteString(text: string): string {
  return JSON.stringify(text.toWellFormed())
    .replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('\ufffd', text.isWellFormed() ? '\ufffd' : '\\ufffd');
}
