// One % directive of a format: its flags, and padding by them.

export interface Directive {
  verb: string;
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** %#v: as Go source. */
  asSource: boolean;
  /** %+v: with the names of fields. */
  withNames: boolean;
  /** -1 for none. */
  width: number;
  /** -1 for none. */
  precision: number;
}

export function plainDirective(verb: string): Directive {
  return {
    verb,
    plus: false,
    minus: false,
    sharp: false,
    space: false,
    zero: false,
    asSource: false,
    withNames: false,
    width: -1,
    precision: -1,
  };
}

/** Pads to the width; zeros only go in front. */
export function pad(text: string, directive: Directive): string {
  if (directive.width < 0) return text;
  const missing = directive.width - countCharacters(text);
  if (missing <= 0) return text;
  if (directive.minus) return text + ' '.repeat(missing);
  return (directive.zero ? '0' : ' ').repeat(missing) + text;
}

/** Pads a number: zeros go between the sign and the digits. */
export function padNumber(text: string, directive: Directive, zeros: boolean): string {
  if (zeros && directive.zero && !directive.minus && directive.width > text.length) {
    const signed = /^[+\- ]/.test(text);
    const missing = directive.width - text.length;
    return signed ? text[0] + '0'.repeat(missing) + text.slice(1) : '0'.repeat(missing) + text;
  }
  return pad(text, { ...directive, zero: false });
}

function countCharacters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) count++;
  return count;
}
