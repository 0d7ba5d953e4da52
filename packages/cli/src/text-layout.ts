// Paragraphs and columns for help texts.

/** Words of `text` in lines of at most `width` columns; blank lines separate paragraphs. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    if (lines.length > 0) lines.push('');
    let line = '';
    for (const word of paragraph.split(/\s+/)) {
      if (word === '') continue;
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** A left column of at most this width shares its line with the text on the right. */
const WIDEST_LEFT = 30;
const INDENT = 2;
const GAP = 2;

/** Rows of two columns; a long left side stands on a line of its own. */
export function twoColumns(rows: readonly (readonly [string, string])[], width: number): string {
  const fitting = rows.map(([left]) => left.length).filter((length) => length < WIDEST_LEFT);
  const left = Math.max(0, ...fitting);
  const indent = ' '.repeat(INDENT);
  const offset = ' '.repeat(left + GAP);
  let text = '';
  for (const [name, help] of rows) {
    const lines = wrap(help, Math.max(20, width - left - GAP - INDENT));
    text += indent + name.padEnd(left) + ' '.repeat(GAP);
    if (name.length >= WIDEST_LEFT) text += `\n${indent}${offset}`;
    text += `${lines[0]}\n`;
    for (const line of lines.slice(1)) text += `${indent}${offset}${line}\n`;
  }
  return text;
}

export function indentLines(lines: readonly string[], columns: number): string {
  return lines.map((line) => (line === '' ? '\n' : `${' '.repeat(columns)}${line}\n`)).join('');
}
