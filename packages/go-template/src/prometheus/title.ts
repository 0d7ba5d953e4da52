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
  const upper = letter.toUpperCase();
  return upper.length > letter.length ? upper[0]! + upper.slice(1).toLowerCase() : upper;
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
