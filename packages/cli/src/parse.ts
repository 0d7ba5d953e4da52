// From words to values: kingpin's rules. Errors, --help and --version end in an outcome that says what to
// print and with which code to exit; nothing here prints or exits.
import { expandArguments } from './arguments-file.ts';
import { completionScript, completions } from './completion.ts';
import type { AppDefinition, ArgDefinition, FlagDefinition, FlagValue, ValuesOf } from './definition.ts';
import { formatValue, parseValue, type ScalarValue, ValueError, zeroValue } from './kinds.ts';
import { manPage } from './man-page.ts';
import { standardFlags, withHelpCommand } from './standard-flags.ts';
import { type CommandLine, readCommandLine } from './tokens.ts';
import { longUsage, usage } from './usage.ts';
import { UsageError } from './usage-error.ts';

/** The program should print `text` to `stream` and exit. */
export interface ExitOutcome {
  readonly exit: number;
  readonly text: string;
  readonly stream: 'stdout' | 'stderr';
}

/** The program should run. */
export interface RunOutcome<Values> {
  readonly exit?: undefined;
  /** Values of the program's flags and arguments, by name. */
  readonly values: Values;
  /** Values of the chosen command's own flags and arguments; see `commandValues`. */
  readonly commandValues: Readonly<Record<string, FlagValue>>;
  /** The chosen command with its parents (`check config`), or ''. */
  readonly command: string;
  /** Names of flags and arguments that stood on the command line. */
  readonly given: ReadonlySet<string>;
  /** Every flag but --help, --version and the like, as /api/v1/status/flags shows it, in definition order. */
  readonly listing: Readonly<Record<string, string>>;
}

export interface ParseOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Columns that usage texts are wrapped to. */
  readonly width?: number;
}

/** Exit code of a command line that cannot be understood. */
export const USAGE_EXIT_CODE = 2;

type ValuesOfApp<App extends AppDefinition> = ValuesOf<App['flags']> & ValuesOf<App['args']>;

/** Reads `argv` (without node and script). */
export function parseFlags<const App extends AppDefinition>(
  app: App,
  argv: readonly string[],
  options: ParseOptions = {},
): RunOutcome<ValuesOfApp<App>> | ExitOutcome {
  const full = withHelpCommand({ ...app, flags: [...standardFlags(app), ...app.flags] });
  const width = options.width ?? outputWidth();
  try {
    const words = expandArguments(argv);
    const line = readCommandLine(full, words);
    const early = earlyExit(full, line, words, width);
    if (early) return early;
    return run<ValuesOfApp<App>>(full, line, options.env ?? process.env, width);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const hint = error.hint === undefined ? '' : `  ${error.hint}\n`;
    const text = `${app.name}: error: ${error.message}, try --help\n${hint}`;
    return { exit: USAGE_EXIT_CODE, text, stream: 'stderr' };
  }
}

/** The values of one command, typed by its definition. The caller has looked at `outcome.command`. */
export function commandValues<
  const Command extends {
    readonly flags?: readonly FlagDefinition[];
    readonly args?: readonly ArgDefinition[];
  },
>(_command: Command, outcome: RunOutcome<unknown>): ValuesOf<Command['flags']> & ValuesOf<Command['args']> {
  return outcome.commandValues as ValuesOf<Command['flags']> & ValuesOf<Command['args']>;
}

/** --version, help and completion count even when the rest of the line is wrong, but for plain --help. */
function earlyExit(
  app: AppDefinition,
  line: CommandLine,
  words: readonly string[],
  width: number,
): ExitOutcome | undefined {
  const print = (text: string): ExitOutcome => ({ exit: 0, text, stream: 'stdout' });
  const has = (name: string) => line.matched.some((item) => item.kind === 'flag' && item.flag.name === name);
  if (has('completion-bash')) return print(completions(app, words));
  if (has('completion-script-bash')) return print(completionScript(app.name, 'bash'));
  if (has('completion-script-zsh')) return print(completionScript(app.name, 'zsh'));
  if (app.version !== undefined && has('version')) return print(`${app.version}\n`);
  if (has('help-long')) return print(longUsage(app, width));
  if (has('help-man')) return print(manPage(app));
  if (line.commands[0]?.name === 'help') {
    const topic = line.matched.flatMap((item) => (item.kind === 'arg' ? [item.text] : []));
    const about = readCommandLine(app, topic, true);
    if (about.error) throw about.error;
    return print(usage(app, about, width));
  }
  if (line.error) throw line.error;
  if (has('help')) return print(usage(app, readCommandLine(app, words, true), width));
  return undefined;
}

function run<Values>(
  app: AppDefinition,
  line: CommandLine,
  env: NonNullable<ParseOptions['env']>,
  width: number,
): RunOutcome<Values> | ExitOutcome {
  const command = line.commands.map((part) => part.name).join(' ');
  if (line.unchosen.length > 0) {
    if (command !== '') throw new UsageError(`must select a subcommand of '${command}'`);
    return { exit: USAGE_EXIT_CODE, text: usage(app, line, width), stream: 'stderr' };
  }
  const collected = collect(line, env);
  const ofApp: Record<string, FlagValue> = {};
  const ofCommand: Record<string, FlagValue> = {};
  const listing: Record<string, string> = {};
  const standard = new Set(standardFlags(app).map((flag) => flag.name));
  const appDefinitions = new Set<FlagDefinition | ArgDefinition>([...app.flags, ...(app.args ?? [])]);
  for (const [definition, scalars] of collected.values) {
    if (standard.has(definition.name)) continue;
    (appDefinitions.has(definition) ? ofApp : ofCommand)[definition.name] = shape(definition, scalars);
    if (app.flags.includes(definition)) {
      listing[definition.name] = scalars.map((value) => formatValue(definition, value)).join(',');
    }
  }
  return {
    values: ofApp as Values,
    commandValues: ofCommand,
    command,
    given: collected.given,
    listing,
  };
}

type Definition = FlagDefinition | ArgDefinition;

function collect(line: CommandLine, env: NonNullable<ParseOptions['env']>) {
  const values = new Map<Definition, ScalarValue[]>();
  const given = new Set<string>();
  for (const item of line.matched) {
    const definition = item.kind === 'flag' ? item.flag : item.arg;
    const earlier = values.get(definition);
    if (earlier && !isList(definition)) throw new UsageError(`flag '${definition.name}' cannot be repeated`);
    values.set(definition, [...(earlier ?? []), parsed(definition, item.text)]);
    given.add(definition.name);
  }
  const ordered = new Map<Definition, ScalarValue[]>();
  const missing: string[] = [];
  for (const definition of [...line.flags, ...line.args]) {
    const own = values.get(definition) ?? defaults(definition, env);
    if (own === undefined) missing.push(definition.name);
    ordered.set(definition, own ?? []);
  }
  refuseMissing(line, missing);
  return { values: ordered, given };
}

/** Undefined when the value is required and nothing gives one. */
function defaults(definition: Definition, env: NonNullable<ParseOptions['env']>): ScalarValue[] | undefined {
  const fromEnv = definition.envVar === undefined ? undefined : env[definition.envVar];
  if (fromEnv !== undefined && fromEnv !== '') {
    const texts = isList(definition) ? fromEnv.replace(/\r?\n$/, '').split(/\r?\n/) : [fromEnv];
    return texts.map((text) => parsed(definition, text));
  }
  if (definition.default !== undefined) {
    const texts = typeof definition.default === 'string' ? [definition.default] : definition.default;
    return texts.map((text) => parsed(definition, text));
  }
  if (definition.required) return undefined;
  return isList(definition) ? [] : [zeroValue(definition)];
}

function refuseMissing(line: CommandLine, missing: readonly string[]): void {
  const flags = missing.filter((name) => line.flags.some((flag) => flag.name === name));
  if (flags.length > 0) {
    throw new UsageError(`required flag(s) ${flags.map((name) => `'--${name}'`).join(', ')} not provided`);
  }
  if (missing.length > 0) throw new UsageError(`required argument '${missing[0]}' not provided`);
}

function parsed(definition: Definition, text: string): ScalarValue {
  try {
    return parseValue(definition, text);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new UsageError(error.message, `the value of '${definition.name}' is wrong`);
  }
}

function isList(definition: Definition): boolean {
  return ('repeatable' in definition && definition.repeatable === true) || isRemainder(definition);
}

function isRemainder(definition: Definition): boolean {
  return 'remainder' in definition && definition.remainder === true;
}

function shape(definition: Definition, scalars: readonly ScalarValue[]): FlagValue {
  return isList(definition) ? (scalars as FlagValue) : scalars[0]!;
}

function outputWidth(): number {
  const columns = Number(process.env['COLUMNS'] ?? process.stdout.columns);
  return Number.isInteger(columns) && columns >= 40 ? columns : 80;
}
