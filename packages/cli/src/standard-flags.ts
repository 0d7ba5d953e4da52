// What every program has without asking: --help and its variants, --version, completion, and the help command.
import type { AppDefinition, FlagDefinition } from './definition.ts';

export function standardFlags(app: AppDefinition): readonly FlagDefinition[] {
  const hidden = (name: string, help: string): FlagDefinition => ({ name, help, kind: 'bool', hidden: true });
  return [
    {
      name: 'help',
      short: 'h',
      kind: 'bool',
      help: 'Show help for what is on the command line (see also --help-long and --help-man).',
    },
    hidden('help-long', 'Show help for every command.'),
    hidden('help-man', 'Write a man page.'),
    hidden('completion-bash', 'Print what may follow the given words.'),
    hidden('completion-script-bash', 'Print a completion script for bash.'),
    hidden('completion-script-zsh', 'Print a completion script for zsh.'),
    ...(app.version === undefined
      ? []
      : [{ name: 'version', kind: 'bool', help: 'Show the version and exit.' } as const]),
  ];
}

/** The program with `help [<command>...]` as its first command, when it has commands. */
export function withHelpCommand(app: AppDefinition): AppDefinition {
  if (!app.commands || app.commands.length === 0) return app;
  const help = {
    name: 'help',
    help: 'Show help.',
    args: [{ name: 'command', kind: 'string', help: 'The command to explain.', remainder: true }],
  } as const;
  return { ...app, commands: [help, ...app.commands] };
}
