// One compiled expression: shortcuts first, then automata, which are built only when an input needs them.
import { compileProgram } from './compiler.ts';
import { expandTemplate } from './expand-template.ts';
import { GroupFinder } from './group-finder.ts';
import { LazyAutomaton } from './lazy-automaton.ts';
import type { ParsedExpression } from './parser.ts';
import type { Program } from './program.ts';
import type { Regexp } from './regexp.ts';
import { findPrefix, findShortcut } from './shortcut.ts';

export class CompiledRegexp implements Regexp {
  readonly source: string;
  readonly literals: readonly string[] | undefined;
  readonly prefix: string;
  readonly groupNames: readonly string[];
  readonly matches: (input: string) => boolean;
  readonly #parsed: ParsedExpression;
  readonly #anywhere: boolean;
  #program: Program | undefined;
  #finder: GroupFinder | undefined;
  #automaton: LazyAutomaton | undefined;

  /** @param anywhere whether a match may begin and end anywhere; otherwise it is the whole input */
  constructor(source: string, parsed: ParsedExpression, anywhere: boolean) {
    this.source = source;
    this.groupNames = parsed.groupNames;
    this.#parsed = parsed;
    this.#anywhere = anywhere;
    const shortcut = anywhere ? undefined : findShortcut(parsed.root);
    this.literals = shortcut?.literals;
    this.prefix = anywhere ? '' : findPrefix(parsed.root);
    this.matches = shortcut?.matches ?? ((input) => this.#run(input));
  }

  /** Instructions that it has, or would have. */
  get size(): number {
    return this.#parsed.root.size;
  }

  groups(input: string): Int32Array | undefined {
    return this.matches(input) ? this.#groupFinder().find(input, 0) : undefined;
  }

  expand(template: string, input: string, groups: Int32Array): string {
    return expandTemplate(template, input, groups, this.groupNames);
  }

  replaceAll(input: string, template: string): string {
    if (!this.matches(input)) return input;
    const finder = this.#groupFinder();
    let output = '';
    let copied = 0;
    for (let from = 0; from <= input.length; ) {
      const groups = finder.find(input, from);
      if (!groups) break;
      const start = groups[0]!;
      const end = groups[1]!;
      output += input.slice(copied, start);
      // Nothing, found right behind the match before, is no match of its own.
      if (end > copied || start === 0) output += this.expand(template, input, groups);
      copied = end;
      const codePoint = input.codePointAt(from);
      const after = from + (codePoint !== undefined && codePoint > 0xffff ? 2 : 1);
      from = Math.max(after, end);
    }
    return output + input.slice(copied);
  }

  #run(input: string): boolean {
    this.#automaton ??= LazyAutomaton.create(this.#compiled());
    return this.#automaton
      ? this.#automaton.matches(input)
      : this.#groupFinder().find(input, 0) !== undefined;
  }

  #groupFinder(): GroupFinder {
    this.#finder ??= new GroupFinder(this.#compiled(), this.source);
    return this.#finder;
  }

  #compiled(): Program {
    this.#program ??= compileProgram(this.#parsed.root, this.groupNames.length, this.#anywhere);
    return this.#program;
  }
}
