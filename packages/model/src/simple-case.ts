// Upper and lower case one character at a time, as Go does it: Unicode's simple mappings. JavaScript's own
// toUpperCase makes two letters of ß and looks at neighbours for a final sigma.

const ASCII = /^[\0-\x7f]*$/;

/** Characters whose full upper case is several characters although the simple one is a single one (Greek with iota). */
let simpleUpper: Map<string, string> | undefined;

export function toSimpleUpperCase(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase();
  let result = '';
  for (const character of text) {
    const upper = character.toUpperCase();
    result += isSingle(upper) ? upper : (iotaForms().get(character) ?? character);
  }
  return result;
}

export function toSimpleLowerCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let result = '';
  for (const character of text) {
    const lower = character.toLowerCase();
    // The only one: capital I with a dot.
    result += isSingle(lower) ? lower : lower.charAt(0);
  }
  return result;
}

function iotaForms(): Map<string, string> {
  if (simpleUpper) return simpleUpper;
  simpleUpper = new Map();
  for (let c = 0x1f80; c <= 0x1fff; c++) {
    const character = String.fromCodePoint(c);
    const lower = character.toLowerCase();
    if (lower !== character && isSingle(lower)) simpleUpper.set(lower, character);
  }
  return simpleUpper;
}

function isSingle(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff);
}
