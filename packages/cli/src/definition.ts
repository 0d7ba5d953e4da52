// How a program describes its command line. A definition is plain data; `parseFlags` gives it meaning and the
// types below carry each flag's value type from its definition to its use.

/** What a flag's text is turned into.
 *  `duration`: Prometheus's own (`1h30m`), `goDuration`: Go's (`1.5h`); both are milliseconds.
 *  `bytes`: powers of two with a unit (`512MB`), in bytes. `int` also takes `5e7`, as upstream. */
export const FLAG_KINDS = [
  'string',
  'bool',
  'int',
  'float',
  'duration',
  'goDuration',
  'bytes',
  'enum',
] as const;
export type FlagKind = (typeof FLAG_KINDS)[number];

interface ValueDefinition {
  readonly name: string;
  /** In our own words, one or more sentences. */
  readonly help: string;
  readonly kind: FlagKind;
  /** As it would be typed; a list when the flag is repeatable. Without one the value is '', 0, false or []. */
  readonly default?: string | readonly string[];
  /** For `enum`. */
  readonly choices?: readonly string[];
  /** For `enum`: choices are compared without case. */
  readonly ignoreCase?: boolean;
  /** For `enum`: the beginning of the error, when upstream has words of its own (`unrecognized log level`). */
  readonly complaint?: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
  readonly placeholder?: string;
  /** Environment variable that replaces the default when it is set; values of a list are separated by newlines. */
  readonly envVar?: string;
}

export interface FlagDefinition extends ValueDefinition {
  /** One letter. */
  readonly short?: string;
  /** May be given more than once; the value is a list. */
  readonly repeatable?: boolean;
}

/** A positional argument; `remainder` takes all that follow and is a list. */
export interface ArgDefinition extends ValueDefinition {
  readonly remainder?: boolean;
}

export interface CommandDefinition {
  readonly name: string;
  readonly help: string;
  readonly flags?: readonly FlagDefinition[];
  readonly args?: readonly ArgDefinition[];
  readonly commands?: readonly CommandDefinition[];
  readonly hidden?: boolean;
  /** Taken when no other command of its level is named. */
  readonly isDefault?: boolean;
}

export interface AppDefinition {
  /** The program's name in errors and usage. */
  readonly name: string;
  readonly help: string;
  /** What --version prints. */
  readonly version?: string;
  readonly flags: readonly FlagDefinition[];
  readonly args?: readonly ArgDefinition[];
  readonly commands?: readonly CommandDefinition[];
}

export type FlagValue = string | number | boolean | readonly string[] | readonly number[];

type Scalar<D extends ValueDefinition> = D['kind'] extends 'bool'
  ? boolean
  : D['kind'] extends 'int' | 'float' | 'duration' | 'goDuration' | 'bytes'
    ? number
    : D extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : string;

type ValueOf<D extends ValueDefinition> = D extends
  | { readonly repeatable: true }
  | { readonly remainder: true }
  ? readonly Scalar<D>[]
  : Scalar<D>;

/** Names of flags or arguments to the types of their values. */
export type ValuesOf<List> = List extends readonly ValueDefinition[]
  ? { readonly [D in List[number] as D['name']]: ValueOf<D> }
  : unknown;

/** The values of a program's flags, for functions that take them. */
export type FlagValues<App extends AppDefinition> = ValuesOf<App['flags']>;

/** Checks nothing at run time; keeps names and kinds as literal types, so that values are typed. */
export function defineFlags<const App extends AppDefinition>(app: App): App {
  return app;
}

/** Like `defineFlags`, for a command that is described apart from its program. */
export function defineCommand<const Command extends CommandDefinition>(command: Command): Command {
  return command;
}
