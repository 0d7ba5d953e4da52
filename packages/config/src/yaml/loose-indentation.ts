// Lines inside [ ], { } and quotes may stand anywhere for go-yaml, while YAML 1.2 and js-yaml want them
// indented below what they belong to:
//
//     - targets: [
//       'a:9100',
//     ]
//
// Here such lines get more indentation, which changes no value: white space at their beginning means nothing.
// A comment right behind a bracket or quote is another thing that it takes. Only texts that js-yaml refuses come here, so the scanner may be simple: what it misjudges stays refused.

/** A text with spaces inserted at the beginnings of some lines. */
export interface Reindented {
  readonly text: string;
  /** The offset in the text before that an offset in `text` stands for. */
  readonly original: (offset: number) => number;
}

export function indentContinuations(text: string): Reindented {
  const lines = text.split(/(?<=\n)/);
  const deepest = lines.reduce((most, line) => Math.max(most, valueStart(line)?.offset ?? 0), 0);
  const pad = ' '.repeat(deepest + 1);
  const scanner = new Scanner();
  const inserted: number[] = [];
  let out = '';
  for (const line of lines) {
    if (scanner.isInside) {
      inserted.push(out.length);
      out += pad;
    }
    out += line;
    scanner.read(line);
  }
  return {
    text: out,
    original(offset) {
      let before = 0;
      for (const place of inserted) {
        if (place >= offset) break;
        before += Math.min(pad.length, offset - place);
      }
      return offset - before;
    },
  };
}

/** The text with a space before the `#` at `offset`: go-yaml takes `[a]# comment` as well. */
export function detachComment(text: string, offset: number): Reindented | undefined {
  if (text[offset] !== '#' || !/['"\]}]/.test(text[offset - 1] ?? '')) return undefined;
  return {
    text: `${text.slice(0, offset)} ${text.slice(offset)}`,
    original: (place) => (place > offset ? place - 1 : place),
  };
}

/** Knows, line by line, whether a flow collection or a quoted text is open. */
class Scanner {
  #depth = 0;
  #quote = '';
  /** Lines indented more than this belong to a block scalar; -1: none is open. */
  #blockIndent = -1;

  get isInside(): boolean {
    return this.#depth > 0 || this.#quote !== '';
  }

  read(line: string): void {
    let start = 0;
    if (!this.isInside) {
      const indent = line.search(/[^ ]/);
      if (indent < 0 || line[indent] === '\n' || line[indent] === '\r') return;
      if (this.#blockIndent >= 0 && indent > this.#blockIndent) return;
      this.#blockIndent = -1;
      const value = valueStart(line);
      if (value === undefined) return;
      if (/^[|>]/.test(line.slice(value.offset))) {
        this.#blockIndent = value.indent;
        return;
      }
      if (!/^['"[{]/.test(line.slice(value.offset))) return;
      start = value.offset;
    }
    this.#readInside(line, start);
  }

  #readInside(line: string, start: number): void {
    let atTokenStart = true;
    for (let i = start; i < line.length; i++) {
      const char = line[i]!;
      if (this.#quote !== '') {
        if (this.#quote === '"' && char === '\\') i += 1;
        else if (char === this.#quote) {
          if (char === "'" && line[i + 1] === "'") i += 1;
          else this.#quote = '';
        }
        if (this.#quote === '' && this.#depth === 0) return;
        atTokenStart = false;
      } else if (atTokenStart && (char === "'" || char === '"')) {
        this.#quote = char;
      } else if (char === '#' && (i === 0 || /\s/.test(line[i - 1]!))) {
        return;
      } else if (char === '[' || char === '{') {
        this.#depth += 1;
        atTokenStart = true;
      } else if (char === ']' || char === '}') {
        this.#depth -= 1;
        if (this.#depth === 0) return;
      } else {
        atTokenStart = /[\s,:]/.test(char);
      }
    }
  }
}

/** Where the value of a `- `, `key: ` or `- key: ` line begins, and the column of the innermost key or dash. */
function valueStart(line: string): { offset: number; indent: number } | undefined {
  const key = /(?:[^\s#'"[{&*!|>%@`,][^#]*?|'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")\s*:(?=\s)/y;
  const gap = /\s*(?:[&!]\S*\s+)*/y;
  let offset = line.search(/[^ ]|$/);
  let indent = offset;
  while (/^[-?]\s/.test(line.slice(offset, offset + 2))) {
    indent = offset;
    gap.lastIndex = offset + 1;
    gap.exec(line);
    offset = gap.lastIndex;
  }
  key.lastIndex = offset;
  if (key.exec(line)) {
    indent = offset;
    gap.lastIndex = key.lastIndex;
    gap.exec(line);
    offset = gap.lastIndex;
  }
  return offset < line.length ? { offset, indent } : undefined;
}
