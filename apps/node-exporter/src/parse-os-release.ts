// os-release(5): assignments as a shell would read them, without substitution.

/** Names and values; comments and lines that are no assignment are left out. */
export function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line.replace(/\r$/, ''));
    if (match !== null) values.set(match[1]!, unquote(match[2]!.trim()));
  }
  return values;
}

function unquote(text: string): string {
  if (text.startsWith("'")) return text.slice(1, text.endsWith("'") ? -1 : undefined);
  if (!text.startsWith('"')) return text.replace(/\s+#.*$/, '').replace(/\\(.)/g, '$1');
  const inner = text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined);
  return inner.replace(/\\(["$`\\])/g, '$1');
}
