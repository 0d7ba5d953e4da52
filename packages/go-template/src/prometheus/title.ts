// The title function: the first letter of each word in upper case, the rest as it is.

const words = new Intl.Segmenter('en-US', { granularity: 'word' });

export function title(text: string): string {
  let result = '';
  for (const { segment } of words.segment(text)) {
    result += segment.replace(/\p{Cased}/u, (letter) => titleCase(letter));
  }
  return result;
}

/** Digraphs such as ǆ have a form of their own for titles. */
function titleCase(letter: string): string {
  const digraph = DIGRAPHS.get(letter);
  if (digraph) return digraph;
  // ß is Ss, and ŉ has its mark in front of the letter.
  return letter.toUpperCase().replace(/(?<=\p{Cased}(?<!\u02bc))[\s\S]+$/u, (rest) => rest.toLowerCase());
}

const DIGRAPHS: ReadonlyMap<string, string> = new Map([
  ['ǆ', 'ǅ'],
  ['Ǆ', 'ǅ'],
  ['ǉ', 'ǈ'],
  ['Ǉ', 'ǈ'],
  ['ǌ', 'ǋ'],
  ['Ǌ', 'ǋ'],
  ['ǳ', 'ǲ'],
  ['Ǳ', 'ǲ'],
]);
