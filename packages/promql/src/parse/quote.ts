// Go's strconv.Quote for strings that may hold bytes which are not UTF-8 (see `unquote`).
import { quoteGo } from '@prometheus-ts/model';

/** In double quotes, with escapes; the stand-ins U+DC80 to U+DCFF print as the bytes they are. */
export function quoteText(text: string): string {
  if (text.isWellFormed()) return quoteGo(text);
  const parts = text.split(/([\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff])/);
  const quoted = parts.map((part) => {
    const unit = part.charCodeAt(0);
    if (part.length === 1 && unit >= 0xdc80 && unit <= 0xdcff) return `\\x${(unit - 0xdc00).toString(16)}`;
    return quoteGo(part.toWellFormed()).slice(1, -1);
  });
  return `"${quoted.join('')}"`;
}
