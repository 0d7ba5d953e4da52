// js-yaml's complaints in plain words, with the usual mistake behind each where the text shows it.
import type { YAMLException } from 'js-yaml';
import type { ConfigProblem } from '../config-error.ts';
import type { YamlSource } from './source.ts';

interface Explanation {
  readonly message: string;
  readonly hint?: string;
  /** Where the mistake is, when not where the parser gave up. */
  readonly offset?: number;
}

export function explainSyntaxError(source: YamlSource, error: YAMLException): ConfigProblem {
  const offset = error.mark?.position ?? 0;
  const found = explain(source.text, offset, error.reason);
  return source.problem(found.offset ?? offset, 'yaml_syntax', found.message, {
    ...(found.hint === undefined ? {} : { hint: found.hint }),
  });
}

const QUOTE_IT = 'quote it: put the whole value between single quotes';

function explain(text: string, offset: number, reason: string): Explanation {
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const line = /[^\r\n]*/y;
  line.lastIndex = lineStart;
  const lineText = line.exec(text)?.[0] ?? '';
  const tab = /^ *\t/.exec(lineText);
  if (tab || reason.startsWith('tab characters')) {
    return {
      message: 'a tab is used for indentation',
      hint: 'YAML is indented with spaces only',
      offset: tab ? lineStart + tab[0].length - 1 : offset,
    };
  }
  const template = /[:-][ \t]+\{\{/.exec(lineText);
  if (template) {
    return {
      message: 'a value that begins with {{ is read as a mapping',
      hint: QUOTE_IT,
      offset: lineStart + template.index + template[0].length - 2,
    };
  }
  if (reason === 'bad indentation of a mapping entry')
    return explainMappingEntry(lineText, lineStart, offset);
  const known = REASONS[reason];
  if (known) return known;
  if (reason.startsWith('nesting exceeded')) return { message: 'collections are nested too deeply' };
  return { message: reason };
}

/** Something stands where the mapping should go on: what it is tells what was meant. */
function explainMappingEntry(lineText: string, lineStart: number, offset: number): Explanation {
  const start = /^\s*(?:- +)*[^\s:#'"][^:#]*:[ \t]+([@`%])/.exec(lineText);
  if (start) {
    return {
      message: `a value cannot begin with ${start[1]}`,
      hint: QUOTE_IT,
      offset: lineStart + start[0].length - 1,
    };
  }
  const before = lineText.slice(0, offset - lineStart);
  const quoted = /:[ \t]+(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")[ \t]*$/.exec(before);
  if (quoted) {
    return {
      message: 'text follows a quoted value',
      hint: 'put the whole value between quotes; inside single quotes a single quote is written twice',
    };
  }
  const second = /^(\s*(?:- +)*[^\s:#'"][^:#]*:[ \t]+[^'"[{|>&*!\s][^#]*?):(?:[ \t]|$)/.exec(lineText);
  if (second) {
    return {
      message: 'a colon followed by a space stands inside a value',
      hint: QUOTE_IT,
      offset: lineStart + second[1]!.length,
    };
  }
  return {
    message: 'bad indentation of a mapping entry',
    hint: 'keys of one mapping begin in the same column',
  };
}

const REASONS: Readonly<Record<string, Explanation>> = {
  'bad indentation of a sequence entry': {
    message: 'bad indentation of a list item',
    hint: 'the dashes of one list stand in the same column',
  },
  'end of the stream or a document separator is expected': {
    message: 'this does not belong to what stands above it',
    hint: 'is it indented too little, or is a colon missing in the line before?',
  },
  'unexpected end of the stream within a flow collection': {
    message: 'a [ or { is never closed',
  },
  'unexpected end of the stream within a single quoted scalar': {
    message: 'a text in single quotes is never closed',
    hint: 'inside single quotes a single quote is written twice',
  },
  'unexpected end of the stream within a double quoted scalar': {
    message: 'a text in double quotes is never closed',
    hint: 'inside double quotes a double quote is written \\"',
  },
  'unknown escape sequence': {
    message: 'unknown escape sequence in double quotes',
    hint: 'double the backslash, or use single quotes, in which it has no meaning',
  },
  'deficient indentation': {
    message: 'this line is not indented enough',
    hint: 'is a quote, a ] or a } missing above it?',
  },
  'missed comma between flow collection entries': {
    message: 'a comma is missing between entries in [ ] or { }',
  },
  'can not read a block mapping entry; a multiline key may not be an implicit key': {
    message: 'a colon is missing after a key',
  },
  "expected ':' after a mapping key": {
    message: 'a colon is missing after this key',
  },
  'the stream contains non-printable characters': {
    message: 'a control character is not allowed here',
    hint: 'remove it, or write it as \\u.... in double quotes',
  },
  'null byte is not allowed in input': {
    message: 'a null byte is not allowed here',
    hint: 'is this a text file? UTF-16 needs a byte order mark',
  },
};
