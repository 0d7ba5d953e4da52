import type { Regexp } from './regexp.ts';
import { RegexpError } from './regexp-error.ts';

function compile(source: string, before: string, after: string): Regexp {
  let expression: RegExp;
  try {
    expression = new RegExp(before + source.replaceAll('(?P<', '(?<') + after, 'dsu');
  } catch {
    throw new RegexpError('invalid expression', source);
  }
  return {
    source,
    prefix: '',
    literals: undefined,
    groupNames: [''],
    matches: (input) => expression.test(input),
    groups(input) {
      const match = expression.exec(input);
      return match ? Int32Array.from(match.indices!.flatMap((span) => span ?? [-1, -1])) : undefined;
    },
    expand: (template, input, groups) =>
      template.replace(/\$(?:(\d+)|\{(\d+)\})/g, (_, a, b) =>
        input.slice(groups[2 * Number(a ?? b)], groups[2 * Number(a ?? b) + 1]),
      ),
  };
}

/** Compiles an expression that must match the whole input; `.` matches newlines too. */
export function compileAnchored(source: string): Regexp {
  return compile(source, '^(?:', ')$');
}

/** Compiles an expression that may match anywhere. */
export function compileUnanchored(source: string): Regexp {
  return compile(source, '', '');
}
