// How names beyond the legacy alphabet are written for readers that know only that alphabet (and in HTTP paths).
import { CodedError } from './errors.ts';
import { isLegacyMetricName } from './names.ts';

export const EscapingScheme = {
  /** As they are. */
  allowUtf8: 'allow-utf-8',
  /** Every foreign character becomes an underscore. Cannot be undone. */
  underscores: 'underscores',
  /** Dots become `_dot_`, underscores and foreign characters `__`. */
  dots: 'dots',
  /** `U__` in front, foreign characters as `_2e_`, underscores as `__`. The only one that can be undone. */
  values: 'values',
} as const;
export type EscapingScheme = (typeof EscapingScheme)[keyof typeof EscapingScheme];

/** Throws CodedError for anything that is no scheme. */
export function parseEscapingScheme(text: string): EscapingScheme {
  const scheme = Object.values(EscapingScheme).find((known) => known === text);
  if (scheme) return scheme;
  const message =
    text === '' ? 'got empty string instead of escaping scheme' : `unknown format scheme ${text}`;
  throw new CodedError('escaping_scheme', message, {
    hint: `escaping schemes are ${Object.values(EscapingScheme).join(', ')}`,
  });
}

/** Does not validate the name. */
export function escapeName(name: string, scheme: EscapingScheme): string {
  if (name === '' || scheme === EscapingScheme.allowUtf8) return name;
  if (scheme !== EscapingScheme.dots && isLegacyMetricName(name)) return name;
  let escaped = scheme === EscapingScheme.values ? 'U__' : '';
  let first = true;
  for (const character of name) {
    const legacy = isLegacyMetricName(first ? character : `_${character}`);
    first = false;
    if (scheme === EscapingScheme.underscores) escaped += legacy ? character : '_';
    else if (character === '_') escaped += '__';
    else if (scheme === EscapingScheme.dots && character === '.') escaped += '_dot_';
    else if (legacy) escaped += character;
    else escaped += scheme === EscapingScheme.dots ? '__' : `_${codeOf(character)}_`;
  }
  return escaped;
}

/** The name that was escaped, as far as the scheme can be undone; a text that it cannot have written stays as it is. */
export function unescapeName(name: string, scheme: EscapingScheme): string {
  switch (scheme) {
    case EscapingScheme.dots:
      return name.replaceAll('_dot_', '.').replaceAll('__', '_');
    case EscapingScheme.values:
      return name.startsWith('U__') ? (unescapeValues(name.slice(3)) ?? name) : name;
    default:
      return name;
  }
}

function codeOf(character: string): string {
  return character.isWellFormed() ? character.codePointAt(0)!.toString(16) : 'FFFD';
}

function unescapeValues(escaped: string): string | undefined {
  const part = /[^_]+|__|_([0-9a-fA-F]{0,5})_/y;
  let name = '';
  while (part.lastIndex < escaped.length) {
    const match = part.exec(escaped);
    if (!match) return undefined;
    if (match[1] === undefined) name += match[0] === '__' ? '_' : match[0];
    else {
      const codePoint = Number.parseInt(match[1], 16);
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) return undefined;
      name += String.fromCodePoint(codePoint);
    }
  }
  return name;
}
