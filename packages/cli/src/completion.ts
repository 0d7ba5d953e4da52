// Shell completion by kingpin's protocol: the shell calls the program with --completion-bash and the words
// typed so far, and takes one candidate a line.
import type { AppDefinition, FlagDefinition } from './definition.ts';
import { readCommandLine } from './tokens.ts';

/** What may follow `words` (which contain --completion-bash itself); the last word may be unfinished. */
export function completions(app: AppDefinition, words: readonly string[]): string {
  const typed = words.filter((word) => word !== '--completion-bash' && word !== app.name);
  const current = typed.at(-1) ?? '';
  const before = typed.slice(0, -1);
  const line = readCommandLine(app, before, true);
  const flagBefore = flagNamed(line.flags, before.at(-1));
  if (flagBefore && flagBefore.kind !== 'bool' && !current.startsWith('--')) {
    return matching(flagBefore.choices ?? [], current);
  }
  if (current.startsWith('-')) {
    return matching(
      line.flags.filter((flag) => !flag.hidden).map((flag) => `--${flag.name}`),
      current,
    );
  }
  return matching(
    line.unchosen.filter((command) => !command.hidden).map((command) => command.name),
    current,
  );
}

export function completionScript(name: string, shell: 'bash' | 'zsh'): string {
  const call = `"\${COMP_WORDS[0]}" --completion-bash "\${COMP_WORDS[@]:1:$COMP_CWORD}"`;
  const func = `_${name.replace(/[^A-Za-z0-9]/g, '_')}_complete`;
  const body = `${func}() {\n  mapfile -t COMPREPLY < <(${call})\n}\n`;
  if (shell === 'bash') return `${body}complete -F ${func} -o default ${name}\n`;
  return `#compdef ${name}\nautoload -U compinit && compinit\nautoload -U bashcompinit && bashcompinit\n\n${func}() {\n  COMPREPLY=(\${(f)"$(${call})"})\n}\ncomplete -F ${func} -o default ${name}\n`;
}

function flagNamed(flags: readonly FlagDefinition[], word: string | undefined): FlagDefinition | undefined {
  return word?.startsWith('--') ? flags.find((flag) => flag.name === word.slice(2)) : undefined;
}

function matching(candidates: readonly string[], beginning: string): string {
  return candidates.filter((candidate) => candidate.startsWith(beginning)).join('\n');
}
