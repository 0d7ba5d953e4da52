// Metric and label names in the legacy alphabet, and how names outside of it are escaped for readers that do
// not know quoted names.

export const EscapingScheme = {
  /** Names stay as they are and are quoted in the exposition. */
  allowUtf8: 'allow-utf-8',
  underscores: 'underscores',
  dots: 'dots',
  values: 'values',
} as const;
export type EscapingScheme = (typeof EscapingScheme)[keyof typeof EscapingScheme];

const LEGACY_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** Whether a metric name needs no quotes. Label names are held to the same alphabet when written. */
export function isLegacyName(name: string): boolean {
  return LEGACY_NAME.test(name);
}

const LEGACY_CHARACTER = /[a-zA-Z0-9_:]/;

function isLegacyCharacter(character: string, isFirst: boolean): boolean {
  return LEGACY_CHARACTER.test(character) && !(isFirst && character >= '0' && character <= '9');
}

/**
 * A name in the legacy alphabet that stands for `name`: `a.b` becomes `a_b` (underscores), `a_dot_b` (dots) or
 * `U__a_2e_b` (values, the only reversible one). Source: the escaping schemes of Prometheus's content negotiation.
 */
export function escapeName(name: string, scheme: EscapingScheme): string {
  if (name === '' || scheme === 'allow-utf-8') return name;
  if (scheme !== 'dots' && isLegacyName(name)) return name;
  let escaped = scheme === 'values' ? 'U__' : '';
  let isFirst = true;
  for (const character of name) {
    const legacy = isLegacyCharacter(character, isFirst);
    isFirst = false;
    if (scheme === 'underscores') escaped += legacy ? character : '_';
    else if (character === '_') escaped += '__';
    else if (scheme === 'dots') escaped += character === '.' ? '_dot_' : legacy ? character : '__';
    else escaped += legacy ? character : `_${character.codePointAt(0)!.toString(16)}_`;
  }
  return escaped;
}
