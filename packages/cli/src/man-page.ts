// --help-man: the same facts as troff.
import type { AppDefinition, FlagDefinition } from './definition.ts';
import { flagSyntax, leaves, summary } from './usage.ts';

export function manPage(app: AppDefinition): string {
  const lines = [
    `.TH ${troff(app.name)} 1 "" ${JSON.stringify(firstLine(app.version ?? ''))} ""`,
    '.SH "NAME"',
    troff(app.name),
    '.SH "SYNOPSIS"',
    '.TP',
    `\\fB${troff(app.name)}\\fR${troff(summary(app))}${app.commands ? ' <command> [<args> ...]' : ''}`,
    '.SH "DESCRIPTION"',
    troff(app.help),
    '.SH "OPTIONS"',
    ...app.flags.flatMap(flagLines),
  ];
  if (app.commands) {
    lines.push('.SH "COMMANDS"');
    for (const { path, command } of leaves(app.commands, '')) {
      lines.push('.SS', `\\fB${troff(path + summary(command))}\\fR`, '.PP', troff(command.help));
      lines.push(...(command.flags ?? []).flatMap(flagLines));
    }
  }
  return `${lines.join('\n')}\n`;
}

function flagLines(flag: FlagDefinition): string[] {
  return flag.hidden ? [] : ['.TP', `\\fB${troff(flagSyntax(flag, false))}\\fR`, troff(flag.help)];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

/** A dot or quote at the start of a line, and backslashes and hyphens anywhere, mean something to troff. */
function troff(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}
