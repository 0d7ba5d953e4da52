// The order in which go-yaml prints the keys of a map: letters by code point, letters after everything else,
// runs of digits as numbers.

export function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] === right[i]) continue;
    const leftLetter = isLetter(left[i]!);
    const rightLetter = isLetter(right[i]!);
    if (leftLetter && rightLetter) return codePoint(left[i]!) - codePoint(right[i]!);
    if (leftLetter || rightLetter) return rightLetter ? -1 : 1;
    const byNumber = compareDigitRuns(left, right, i);
    return byNumber !== 0 ? byNumber : codePoint(left[i]!) - codePoint(right[i]!);
  }
  return left.length - right.length;
}

/** Compares the numbers that begin at `start`; where one of the digits is a zero inside a number, both count on. */
function compareDigitRuns(left: readonly string[], right: readonly string[], start: number): number {
  let lead = 0;
  if (left[start] === '0' || right[start] === '0') {
    for (let i = start - 1; i >= 0 && isDigit(left[i]!); i--) {
      if (left[i] !== '0') {
        lead = 1;
        break;
      }
    }
  }
  const [leftNumber, leftEnd] = digitRun(left, start, lead);
  const [rightNumber, rightEnd] = digitRun(right, start, lead);
  return leftNumber - rightNumber || leftEnd - rightEnd;
}

function digitRun(chars: readonly string[], start: number, lead: number): [number, number] {
  let value = lead;
  let end = start;
  while (end < chars.length && isDigit(chars[end]!)) value = value * 10 + Number(chars[end++]);
  return [value, end];
}

function isLetter(char: string): boolean {
  return /\p{L}/u.test(char);
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

function codePoint(char: string): number {
  return char.codePointAt(0)!;
}
