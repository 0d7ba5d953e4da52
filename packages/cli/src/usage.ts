// Help texts in kingpin's layout, so that people and scripts find what they are used to.
import type { AppDefinition, ArgDefinition, CommandDefinition, FlagDefinition } from './definition.ts';
import { indentLines, twoColumns, wrap } from './text-layout.ts';
import type { CommandLine } from './tokens.ts';

/** Not counted when deciding whether `[<flags>]` stands in a usage line. */
const UNCOUNTED = new Set([
  'help',
  'help-long',
  'help-man',
  'completion-bash',
  'completion-script-bash',
  'completion-script-zsh',
]);

/** Help for the program, or for the command that `line` chose. */
export function usage(app: AppDefinition, line: CommandLine, width: number): string {
  const command = line.commands.at(-1);
  const path = line.commands.map((part) => part.name).join(' ');
  const topic = command ?? app;
  let text = `usage: ${app.name}${command ? ` ${path}` : ''}${summary(topic)}`;
  if (topic.commands && topic.commands.length > 0) text += ' <command> [<args> ...]';
  text += '\n';
  if (topic.help !== '') text += `\n${indentLines(wrap(topic.help, width), 0)}`;
  text += '\n';
  if (line.flags.length > 0) text += `\nFlags:\n${flagRows(line.flags, width)}\n`;
  const args = line.args.filter((arg) => !arg.hidden);
  if (args.length > 0) text += `Args:\n${argRows(args, width)}\n`;
  if (topic.commands && topic.commands.length > 0) {
    text += `${command ? 'Subcommands' : 'Commands'}:\n`;
    for (const { path: full, command: leaf } of leaves(topic.commands, path)) {
      text += `${full}${leaf.isDefault ? '*' : ''}${summary(leaf)}\n${indentLines(wrap(leaf.help, width - 4), 4)}\n`;
    }
  }
  return `${text.trimEnd()}\n`;
}

/** Help for the program and every command with its own flags. */
export function longUsage(app: AppDefinition, width: number): string {
  let text = `usage: ${app.name}${summary(app)}`;
  if (app.commands && app.commands.length > 0) text += ' <command> [<args> ...]';
  text += `\n\n${indentLines(wrap(app.help, width), 0)}\n\nFlags:\n${flagRows(app.flags, width)}\n`;
  if (app.args && app.args.length > 0) text += `Args:\n${argRows(app.args, width)}\n`;
  if (app.commands && app.commands.length > 0) {
    text += 'Commands:\n';
    for (const { path, command } of leaves(app.commands, '')) {
      text += `${path}${summary(command)}\n${indentLines(wrap(command.help, width - 2), 2)}\n`;
      const flags = command.flags?.filter((flag) => !flag.hidden) ?? [];
      if (flags.length > 0) text += `${indentBlock(flagRows(flags, width - 2))}\n`;
    }
  }
  return `${text.trimEnd()}\n`;
}

/** Commands that can be run, with their full names. */
export function* leaves(
  commands: readonly CommandDefinition[],
  parent: string,
): Generator<{ path: string; command: CommandDefinition }> {
  for (const command of commands) {
    if (command.hidden) continue;
    const path = parent === '' ? command.name : `${parent} ${command.name}`;
    if (command.commands && command.commands.length > 0) yield* leaves(command.commands, path);
    else yield { path, command };
  }
}

/** What follows a name in a usage line: ` --required=X [<flags>] <arg> [<more>...]`. */
export function summary(topic: {
  readonly flags?: readonly FlagDefinition[];
  readonly args?: readonly ArgDefinition[];
}): string {
  const flags = topic.flags ?? [];
  const required = flags.filter((flag) => flag.required);
  const parts = required.map((flag) =>
    flag.kind === 'bool' ? `--[no-]${flag.name}` : `--${flag.name}=${placeholder(flag)}`,
  );
  if (flags.filter((flag) => !UNCOUNTED.has(flag.name)).length !== required.length) parts.push('[<flags>]');
  for (const arg of topic.args ?? []) {
    if (arg.hidden) continue;
    const name = `${arg.placeholder ?? `<${arg.name}>`}${arg.remainder ? '...' : ''}`;
    parts.push(arg.required ? name : `[${name}]`);
  }
  return parts.map((part) => ` ${part}`).join('');
}

/** A flag as it would be typed: `-h, --[no-]help`, `--web.listen-address=":9090" ...`. */
export function flagSyntax(flag: FlagDefinition, withShort: boolean): string {
  const name = flag.kind === 'bool' ? `[no-]${flag.name}` : flag.name;
  let text = flag.short === undefined ? `${withShort ? '    ' : ''}--${name}` : `-${flag.short}, --${name}`;
  if (flag.kind !== 'bool') text += `=${placeholder(flag)}`;
  return flag.repeatable ? `${text} ...` : text;
}

function placeholder(flag: FlagDefinition): string {
  if (flag.placeholder !== undefined) return flag.placeholder;
  const defaults = typeof flag.default === 'string' ? [flag.default] : (flag.default ?? []);
  if (defaults.length === 0) return flag.name.toUpperCase();
  const first = flag.kind === 'string' && !flag.repeatable ? JSON.stringify(defaults[0]) : defaults[0]!;
  return defaults.length > 1 ? `${first}...` : first;
}

function flagRows(flags: readonly FlagDefinition[], width: number): string {
  const shown = flags.filter((flag) => !flag.hidden);
  const withShort = shown.some((flag) => flag.short !== undefined);
  return twoColumns(
    shown.map((flag) => [flagSyntax(flag, withShort), helpWithEnvironment(flag)] as const),
    width,
  );
}

function argRows(args: readonly ArgDefinition[], width: number): string {
  return twoColumns(
    args.map((arg) => {
      const name = arg.placeholder ?? `<${arg.name}>`;
      return [arg.required ? name : `[${name}]`, helpWithEnvironment(arg)] as const;
    }),
    width,
  );
}

function helpWithEnvironment(item: FlagDefinition | ArgDefinition): string {
  return item.envVar === undefined ? item.help : `${item.help} ($${item.envVar})`;
}

function indentBlock(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
