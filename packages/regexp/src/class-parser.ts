// Classes as expressions write them: [a-z], [^[:alpha:]\d], \pL, \p{Greek}, \w.
import { ClassBuilder, negate, type Ranges } from './character-class.ts';
import { PERL_CLASSES, POSIX_CLASSES } from './named-class.ts';
import { RegexpError } from './regexp-error.ts';
import { END, type Scanner } from './scanner.ts';
import { unicodeClass } from './unicode-class.ts';

/** Reads \d \D \s \S \w \W \p… \P…; undefined, nothing read, when something else comes next. */
export function parseEscapedClass(scanner: Scanner, foldCase: boolean): Ranges | undefined {
  if (!scanner.sees('\\')) return undefined;
  const letter = scanner.text.charAt(scanner.at + 1);
  if (letter === 'p' || letter === 'P') return parseUnicodeClass(scanner, foldCase);
  const perl = PERL_CLASSES.get(letter.toLowerCase());
  if (!perl) return undefined;
  scanner.at += 2;
  return finish(perl, foldCase, letter !== letter.toLowerCase());
}

/** Reads a bracket expression; the opening bracket comes next. */
export function parseBracketClass(scanner: Scanner, foldCase: boolean): Ranges {
  const start = scanner.at;
  scanner.at++;
  const complement = scanner.accept('^');
  const builder = new ClassBuilder();
  for (let first = true; first || !scanner.sees(']'); first = false) {
    const named = parsePosixClass(scanner, foldCase) ?? parseEscapedClass(scanner, foldCase);
    if (named) {
      builder.addAll(named);
      continue;
    }
    const rangeStart = scanner.at;
    const low = parseMember(scanner, start);
    let high = low;
    // A minus before the closing bracket stands for itself.
    if (scanner.sees('-') && !scanner.sees('-]') && scanner.at + 1 < scanner.text.length) {
      scanner.at++;
      high = parseMember(scanner, start);
      if (high < low) throw new RegexpError('invalid character class range', scanner.since(rangeStart));
    }
    if (foldCase) builder.addFolded(low, high);
    else builder.add(low, high);
  }
  scanner.at++;
  return complement ? negate(builder.build()) : builder.build();
}

function parseMember(scanner: Scanner, classStart: number): number {
  if (scanner.sees('\\')) return scanner.escape();
  const codePoint = scanner.next();
  if (codePoint === END) throw new RegexpError('missing closing ]', scanner.text.slice(classStart));
  return codePoint;
}

function parsePosixClass(scanner: Scanner, foldCase: boolean): Ranges | undefined {
  if (!scanner.sees('[:')) return undefined;
  const end = scanner.text.indexOf(':]', scanner.at + 2);
  if (end < 0) return undefined;
  const start = scanner.at;
  const complement = scanner.text.charAt(start + 2) === '^';
  const ranges = POSIX_CLASSES.get(scanner.text.slice(start + (complement ? 3 : 2), end));
  scanner.at = end + 2;
  if (!ranges) throw new RegexpError('invalid character class range', scanner.since(start));
  return finish(ranges, foldCase, complement);
}

function parseUnicodeClass(scanner: Scanner, foldCase: boolean): Ranges {
  const start = scanner.at;
  let complement = scanner.text.charAt(start + 1) === 'P';
  scanner.at += 2;
  let name: string;
  if (scanner.sees('{')) {
    const end = scanner.text.indexOf('}', scanner.at);
    if (end < 0) throw new RegexpError('invalid character class range', scanner.text.slice(start));
    name = scanner.text.slice(scanner.at + 1, end);
    scanner.at = end + 1;
  } else {
    scanner.next();
    name = scanner.since(start + 2);
  }
  if (name.startsWith('^')) {
    complement = !complement;
    name = name.slice(1);
  }
  const ranges = unicodeClass(name);
  if (!ranges) throw new RegexpError('invalid character class range', scanner.since(start));
  return finish(ranges, foldCase, complement);
}

function finish(ranges: Ranges, foldCase: boolean, complement: boolean): Ranges {
  const folded = foldCase ? new ClassBuilder().addAllFolded(ranges).build() : ranges;
  return complement ? negate(folded) : folded;
}
