// The command line as a list of what was matched: flags, commands and arguments in the order they were given.
// node:util's parseArgs splits the words; what a word means depends on the command chosen so far, which is
// why the rest of the line is split anew after each command.
import { parseArgs } from 'node:util';
import { nearestName } from '@prometheus-ts/model';
import type { AppDefinition, ArgDefinition, CommandDefinition, FlagDefinition } from './definition.ts';
import { UsageError } from './usage-error.ts';

export interface MatchedFlag {
  readonly kind: 'flag';
  readonly flag: FlagDefinition;
  readonly text: string;
}

export interface MatchedArg {
  readonly kind: 'arg';
  readonly arg: ArgDefinition;
  readonly text: string;
}

export type Matched = MatchedFlag | MatchedArg;

export interface CommandLine {
  readonly matched: readonly Matched[];
  /** From the outermost to the chosen one; empty without commands. */
  readonly commands: readonly CommandDefinition[];
  /** Flags that count at the chosen command, the program's first. */
  readonly flags: readonly FlagDefinition[];
  readonly args: readonly ArgDefinition[];
  /** Commands of the next level, when one more should have been named. */
  readonly unchosen: readonly CommandDefinition[];
  /** Why reading stopped early. What was matched before it still counts: `--version --bogus` prints the version. */
  readonly error: UsageError | undefined;
}

type Token = NonNullable<ReturnType<typeof splitWords>>[number];

/** Reads words into flags, commands and arguments. With `ignoreDefaults` no command is chosen by default. */
export function readCommandLine(
  app: AppDefinition,
  words: readonly string[],
  ignoreDefaults = false,
): CommandLine {
  const reader = new Reader(app, ignoreDefaults);
  try {
    reader.read(words);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    reader.error = error;
  }
  return reader;
}

class Reader implements CommandLine {
  readonly matched: Matched[] = [];
  readonly commands: CommandDefinition[] = [];
  flags: readonly FlagDefinition[];
  args: readonly ArgDefinition[];
  unchosen: readonly CommandDefinition[];
  error: UsageError | undefined;
  #nextArg = 0;
  #ignoreDefaults: boolean;

  constructor(app: AppDefinition, ignoreDefaults: boolean) {
    this.flags = app.flags;
    this.args = app.args ?? [];
    this.unchosen = app.commands ?? [];
    this.#ignoreDefaults = ignoreDefaults;
  }

  read(words: readonly string[]): void {
    let rest: readonly string[] | undefined = words;
    while (rest !== undefined) rest = this.#readUntilCommand(rest);
    for (;;) {
      const command = this.#defaultCommand();
      if (!command) break;
      this.#choose(command);
    }
  }

  /** Returns the words after a command, which are read by its flags, or undefined at the end. */
  #readUntilCommand(words: readonly string[]): readonly string[] | undefined {
    let onlyArguments = false;
    for (const token of splitWords(words, this.flags)) {
      if (token.kind === 'option-terminator') {
        onlyArguments = true;
      } else if (token.kind === 'option') {
        if (this.#readFlag(token) === 'default-command') return words.slice(token.index);
      } else if (this.unchosen.length > 0) {
        const rest = words.slice(this.#readCommand(token.value) ? token.index + 1 : token.index);
        return onlyArguments ? ['--', ...rest] : rest;
      } else {
        this.#readArgument(token.value);
      }
    }
    return undefined;
  }

  /** An unknown flag may belong to the default command; then the caller reads it again. */
  #readFlag(token: Token & { kind: 'option' }): 'done' | 'default-command' {
    const { flag, negated } = this.#findFlag(token);
    if (!flag) {
      const command = this.#defaultCommand();
      if (!command) throw this.#unknownFlag(token.rawName);
      this.#choose(command);
      return 'default-command';
    }
    if (flag.kind === 'bool') {
      this.matched.push({ kind: 'flag', flag, text: negated ? 'false' : 'true' });
      if (token.inlineValue) throw new UsageError(`unexpected ${token.value}`, booleanHint(flag));
      if (flag.name === 'help') this.#ignoreDefaults = true;
      return 'done';
    }
    const missing = token.value === undefined || (!token.inlineValue && /^-./.test(token.value));
    if (negated) throw this.#unknownFlag(token.rawName);
    if (missing) throw new UsageError(`expected argument for flag '${token.rawName}'`);
    this.matched.push({ kind: 'flag', flag, text: token.value! });
    return 'done';
  }

  #findFlag(token: Token & { kind: 'option' }): { flag: FlagDefinition | undefined; negated: boolean } {
    if (!token.rawName.startsWith('--')) {
      const letter = token.rawName.slice(1);
      return { flag: this.flags.find((known) => known.short === letter), negated: false };
    }
    const name = token.rawName.slice(2);
    const flag = this.flags.find((known) => known.name === name);
    if (flag || !name.startsWith('no-')) return { flag, negated: false };
    return { flag: this.flags.find((known) => known.name === name.slice(3)), negated: true };
  }

  #unknownFlag(rawName: string): UsageError {
    if (!rawName.startsWith('--')) return new UsageError(`unknown short flag '${rawName}'`);
    const names = this.flags.flatMap((flag) => {
      if (flag.hidden) return [];
      return flag.kind === 'bool' ? [flag.name, `no-${flag.name}`] : [flag.name];
    });
    const nearest = nearestName(rawName.slice(2), names);
    return new UsageError(
      `unknown long flag '${rawName}'`,
      nearest === undefined ? undefined : `did you mean '--${nearest}'?`,
    );
  }

  /** Whether the word named a command; false when it is left to the default command. */
  #readCommand(word: string): boolean {
    const named = this.unchosen.find((command) => command.name === word);
    const command = named ?? this.#defaultCommand();
    if (!command) {
      const visible = this.unchosen.filter((known) => !known.hidden).map((known) => known.name);
      const nearest = nearestName(word, visible);
      throw new UsageError(
        `expected command but got ${JSON.stringify(word)}`,
        nearest === undefined ? `one of ${visible.join(', ')}` : `did you mean '${nearest}'?`,
      );
    }
    if (named?.name === 'help' && this.commands.length === 0) this.#ignoreDefaults = true;
    this.#choose(command);
    return named !== undefined;
  }

  #readArgument(word: string): void {
    const arg = this.args[this.#nextArg];
    if (!arg) throw new UsageError(`unexpected ${word}`);
    if (!arg.remainder) this.#nextArg += 1;
    this.matched.push({ kind: 'arg', arg, text: word });
  }

  #choose(command: CommandDefinition): void {
    this.commands.push(command);
    this.flags = [...this.flags, ...(command.flags ?? [])];
    this.args = [...this.args, ...(command.args ?? [])];
    this.unchosen = command.commands ?? [];
  }

  #defaultCommand(): CommandDefinition | undefined {
    return this.#ignoreDefaults ? undefined : this.unchosen.find((command) => command.isDefault);
  }
}

function booleanHint(flag: FlagDefinition): string {
  return `--${flag.name} takes no value: use --${flag.name} or --no-${flag.name}`;
}

function splitWords(words: readonly string[], flags: readonly FlagDefinition[]) {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string; multiple: true }> = {};
  for (const flag of flags) {
    const type = flag.kind === 'bool' ? 'boolean' : 'string';
    options[flag.name] = { type, multiple: true, ...(flag.short === undefined ? {} : { short: flag.short }) };
  }
  return parseArgs({
    args: [...words],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}
