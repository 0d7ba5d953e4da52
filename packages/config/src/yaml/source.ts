// The text of one YAML file: bytes to text by their byte order mark, offsets to lines and columns, and the
// frame that shows a place. Offsets count UTF-16 units; lines and columns are 1-based, columns in characters.
import { ConfigError, type ConfigProblem } from '../config-error.ts';

/** No configuration file comes near this. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

const FRAME_LINES_AROUND = 1;
const FRAME_WIDTH = 160;

export class YamlSource {
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  /** Throws ConfigError for bytes that are not text. UTF-8, or UTF-16 with a byte order mark. */
  static fromBytes(file: string, bytes: Uint8Array): YamlSource {
    if (bytes.length > MAX_FILE_BYTES) {
      throw new ConfigError([
        wholeFileProblem(
          file,
          'too_large',
          `the file has ${bytes.length} bytes, more than ${MAX_FILE_BYTES}`,
        ),
      ]);
    }
    const encoding =
      bytes[0] === 0xff && bytes[1] === 0xfe
        ? 'utf-16le'
        : bytes[0] === 0xfe && bytes[1] === 0xff
          ? 'utf-16be'
          : 'utf-8';
    try {
      const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
      return new YamlSource(file, text);
    } catch (error) {
      const readable = new YamlSource(file, new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes));
      const offset = readable.text.indexOf('\ufffd');
      throw new ConfigError(
        [
          readable.problem(Math.max(0, offset), 'encoding', `this is not valid ${encoding.toUpperCase()}`, {
            hint: 'save the file as UTF-8',
          }),
        ],
        { cause: error },
      );
    }
  }

  position(offset: number): { line: number; column: number } {
    const starts = (this.#lineStarts ??= findLineStarts(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: [...this.text.slice(starts[low]!, offset)].length + 1 };
  }

  /** A line without its end; '' past the last. */
  line(number: number): string {
    const starts = (this.#lineStarts ??= findLineStarts(this.text));
    const start = starts[number - 1];
    if (start === undefined) return '';
    return this.text.slice(start, starts[number] ?? this.text.length).replace(/[\r\n]+$/, '');
  }

  problem(offset: number, code: string, message: string, options: { hint?: string } = {}): ConfigProblem {
    const { line, column } = this.position(offset);
    return {
      code,
      file: this.file,
      line,
      column,
      message,
      hint: options.hint,
      frame: this.frame(line, column),
    };
  }

  /** The line, its neighbours, and a caret under the column; tabs are kept, so that the caret stands right. */
  frame(line: number, column: number): string {
    const last = this.#lineStarts?.length ?? 1;
    const from = Math.max(1, line - FRAME_LINES_AROUND);
    const to = Math.min(last, line + FRAME_LINES_AROUND);
    const width = String(to).length;
    let frame = '';
    for (let number = from; number <= to; number++) {
      const text = this.line(number);
      if (number > line && number === last && text === '') break;
      const shown = text.length > FRAME_WIDTH ? `${text.slice(0, FRAME_WIDTH)}…` : text;
      frame += `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${shown}`.trimEnd();
      frame += '\n';
      if (number === line && column <= FRAME_WIDTH) {
        const before = [...text].slice(0, column - 1).map((char) => (char === '\t' ? '\t' : ' '));
        frame += `  ${' '.repeat(width)} | ${before.join('')}^\n`;
      }
    }
    return frame;
  }
}

export function wholeFileProblem(file: string, code: string, message: string, hint?: string): ConfigProblem {
  return { code, file, line: 0, column: 0, message, hint, frame: '' };
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  const ends = /\r\n|\r|\n/g;
  while (ends.exec(text)) starts.push(ends.lastIndex);
  return starts;
}
