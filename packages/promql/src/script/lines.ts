// The lines of a script, trimmed and without comments. An empty line, or a comment, ends a command.
import { ScriptError } from './commands.ts';

export class ScriptLines {
  readonly #lines: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#lines = text.split('\n').map((line) => {
      const trimmed = line.trim();
      return trimmed.startsWith('#') ? '' : trimmed;
    });
  }

  /** 1-based number of the line returned last. */
  get number(): number {
    return this.#next;
  }

  /** The line that a command starts on, or undefined at the end. */
  nextCommand(): string | undefined {
    while (this.#next < this.#lines.length && this.#lines[this.#next] === '') this.#next++;
    return this.#lines[this.#next++];
  }

  /** The next line of the running command, or undefined where it ends. */
  nextOfCommand(): string | undefined {
    const line = this.#lines[this.#next];
    if (line === undefined || line === '') return undefined;
    this.#next++;
    return line;
  }

  /** The error of the line returned last. */
  fail(message: string): ScriptError {
    return new ScriptError(this.number, message);
  }
}
