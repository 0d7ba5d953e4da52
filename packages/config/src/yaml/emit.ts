// YAML as go-yaml v2 writes it, to the byte: two spaces a level, lists not indented below their key, texts
// plain where they would be read back as texts, else quoted, broken at spaces past column 80; texts of several
// lines as literal blocks. /api/v1/status/config and `promtool` show configurations in this form.
import { resolvePlain } from './resolve.ts';

export type EmitNode =
  | null
  | { readonly scalar: string; readonly isString: boolean }
  /** `flow`: on one line, in brackets; only for scalars. */
  | { readonly list: readonly EmitNode[]; readonly flow?: boolean }
  | { readonly map: readonly (readonly [string, EmitNode])[] };

/** A text, quoted if need be. */
export function stringScalar(text: string): EmitNode {
  return { scalar: text, isString: true };
}

/** A number, boolean or anything else that is written as it is. */
export function plainScalar(text: string): EmitNode {
  return { scalar: text, isString: false };
}

const INDENT = 2;
const WIDTH = 80;
/** In bytes. */
const LONGEST_SIMPLE_KEY = 128;

export function emitYaml(node: EmitNode): string {
  const emitter = new Emitter();
  emitter.node(node, 0, 'root');
  return emitter.text;
}

class Emitter {
  text = '';
  #lineStart = 0;

  get #column(): number {
    return this.text.length - this.#lineStart;
  }

  /** `indent` is the column of the enclosing collection's keys or dashes. */
  node(node: EmitNode, indent: number, place: 'root' | 'value' | 'item'): void {
    if (node !== null && 'map' in node && node.map.length > 0) this.#mapping(node.map, indent, place);
    else if (node !== null && 'list' in node && node.list.length > 0 && !node.flow)
      this.#sequence(node.list, indent, place);
    else {
      if (place !== 'root') this.text += ' ';
      const continuation = place === 'root' ? 0 : indent + INDENT;
      if (node === null) this.text += 'null';
      else if ('map' in node) this.text += '{}';
      else if ('list' in node) this.#flowSequence(node.list, continuation);
      else this.#scalar(node.scalar, node.isString, continuation, place === 'root');
      this.#endLine();
    }
  }

  #mapping(
    entries: readonly (readonly [string, EmitNode])[],
    indent: number,
    place: 'root' | 'value' | 'item',
  ): void {
    const column = place === 'root' ? 0 : indent + INDENT;
    if (place === 'value') this.#endLine();
    if (place === 'item') this.text += ' ';
    entries.forEach(([key, value], index) => {
      if (place !== 'item' || index > 0) this.text += ' '.repeat(column);
      const isSimple = !BREAK.test(key) && Buffer.byteLength(key) <= LONGEST_SIMPLE_KEY;
      if (isSimple) this.#simpleKey(key);
      else this.#longKey(key, column);
      this.text += ':';
      this.node(value, column, isSimple ? 'value' : 'item');
    });
  }

  #sequence(items: readonly EmitNode[], indent: number, place: 'root' | 'value' | 'item'): void {
    const column = place === 'item' ? indent + INDENT : indent;
    if (place === 'value') this.#endLine();
    if (place === 'item') this.text += ' ';
    items.forEach((item, index) => {
      if (place !== 'item' || index > 0) this.text += ' '.repeat(column);
      this.text += '-';
      this.node(item, column, 'item');
    });
  }

  #flowSequence(items: readonly EmitNode[], indent: number): void {
    this.text += '[';
    items.forEach((item, index) => {
      if (index > 0) this.text += ',';
      if (this.#width() > WIDTH) this.#newLine(indent);
      else if (index > 0) this.text += ' ';
      if (item === null || !('scalar' in item)) throw new Error('flow lists hold scalars only');
      const plain = chooseStyle(item.scalar, item.isString, false) === 'plain';
      // What would end a plain text within brackets has to be in quotes.
      if (plain && FLOW_INDICATOR.test(item.scalar)) this.text += `'${item.scalar.replaceAll("'", "''")}'`;
      else this.#scalar(item.scalar, item.isString, indent, false);
    });
    this.text += ']';
  }

  #simpleKey(key: string): void {
    const style = chooseStyle(key, true, true);
    if (style === 'plain') this.text += key;
    else if (style === 'single') this.text += `'${key.replaceAll("'", "''")}'`;
    else this.text += `"${escapeDouble(key)}"`;
  }

  /** Behind a question mark, the value on a line of its own. */
  #longKey(key: string, column: number): void {
    this.text += '? ';
    this.#scalar(key, true, column + INDENT, false);
    this.#newLine(column);
  }

  #scalar(text: string, isString: boolean, indent: number, atRoot: boolean): void {
    const style = chooseStyle(text, isString, false);
    if (style === 'literal') this.#literal(text, atRoot ? 0 : indent);
    else if (style === 'plain') this.#broken(text, indent, (char) => char);
    else if (style === 'single') {
      this.text += "'";
      this.#broken(text, indent, (char) => (char === "'" ? "''" : char));
      this.text += "'";
    } else {
      this.text += '"';
      this.#double(text, indent);
      this.text += '"';
    }
  }

  /** Words with breaks at single spaces once the line is full. */
  #broken(text: string, indent: number, quote: (char: string) => string): void {
    const chars = [...text];
    let afterSpace = false;
    chars.forEach((char, index) => {
      const breakable = char === ' ' && !afterSpace && chars[index + 1] !== ' ' && index > 0;
      if (breakable && index < chars.length - 1 && this.#width() > WIDTH) this.#newLine(indent);
      else this.text += quote(char);
      afterSpace = char === ' ';
    });
  }

  #double(text: string, indent: number): void {
    const chars = [...text];
    let afterSpace = false;
    chars.forEach((char, index) => {
      const inside = index > 0 && index < chars.length - 1;
      if (char === ' ' && !afterSpace && inside && this.#width() > WIDTH) {
        this.#newLine(indent);
        if (chars[index + 1] === ' ') this.text += '\\';
      } else {
        this.text += escapeDouble(char);
      }
      afterSpace = char === ' ';
    });
  }

  #literal(text: string, indent: number): void {
    this.text += '|';
    if (/^[ \n]/.test(text)) this.text += String(INDENT);
    if (!text.endsWith('\n')) this.text += '-';
    else if (text === '\n' || text.endsWith('\n\n')) this.text += '+';
    const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
    for (const line of lines) {
      this.#endLine();
      if (line !== '') this.text += ' '.repeat(indent) + line;
    }
  }

  /** Columns used so far in this line, counted in characters. */
  #width(): number {
    const line = this.text.slice(this.#lineStart);
    return /[\ud800-\udbff]/.test(line) ? [...line].length : this.#column;
  }

  #newLine(indent: number): void {
    if (!this.text.endsWith('\n')) this.#endLine();
    this.text += ' '.repeat(indent);
  }

  #endLine(): void {
    this.text += '\n';
    this.#lineStart = this.text.length;
  }
}

type Style = 'plain' | 'single' | 'double' | 'literal';

/** Characters that end a plain text within brackets. */
const FLOW_INDICATOR = /[,?[\]{}:]/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/;

function chooseStyle(text: string, isString: boolean, isKey: boolean): Style {
  let style: Style = 'plain';
  if (isString) {
    if (text.includes('\n')) style = 'literal';
    else if (resolvePlain(text).tag !== '!!str' || BASE_60.test(text)) style = 'double';
  }
  const analysis = analyze(text);
  if (style === 'plain' && (!analysis.plain || (isKey && text === ''))) style = 'single';
  if (style === 'single' && !analysis.single) style = 'double';
  if (style === 'literal' && (!analysis.block || isKey)) style = 'double';
  return style;
}

const BREAK = /[\n\r\u0085\u2028\u2029]/;
/** go-yaml's emitter knows no characters beyond the basic plane, tabs or carriage returns: they are escaped. */
const UNPRINTABLE = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]|\ufeff/u;

/** Which styles a text allows, by libyaml's rules. */
function analyze(text: string): { multiline: boolean; plain: boolean; single: boolean; block: boolean } {
  if (text === '') return { multiline: false, plain: true, single: true, block: false };
  const multiline = BREAK.test(text);
  const special = UNPRINTABLE.test(text) || /[\u2028\u2029]/.test(text);
  const edge = /^[ \n]|[ \n]$/.test(text);
  const breakSpace = /\n /.test(text);
  const spaceBreak = / \n/.test(text);
  return {
    multiline,
    plain: !multiline && !special && !edge && !hasIndicator(text),
    single: !breakSpace && !spaceBreak && !special,
    block: !text.endsWith(' ') && !spaceBreak && !special,
  };
}

/** Characters that would mean something else to a reader. */
function hasIndicator(text: string): boolean {
  if (/^(---|\.\.\.)/.test(text)) return true;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text)) return true;
  if (/^[?:-]([ \t]|$)/.test(text)) return true;
  return /:([ \t]|$)/.test(text) || /[ \t\n\r]#/.test(text);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escapeDouble(text: string): string {
  let escaped = '';
  for (const char of text) {
    if (!UNPRINTABLE.test(char) && !BREAK.test(char) && char !== '"' && char !== '\\' && char !== '\t') {
      escaped += char;
      continue;
    }
    const code = char.codePointAt(0)!;
    const digits = code.toString(16).toUpperCase();
    escaped +=
      SHORT_ESCAPES[char] ??
      (code <= 0xff
        ? `\\x${digits.padStart(2, '0')}`
        : code <= 0xffff
          ? `\\u${digits.padStart(4, '0')}`
          : `\\U${digits.padStart(8, '0')}`);
  }
  return escaped;
}
