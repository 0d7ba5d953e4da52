// Which code points are equal but for case: Unicode's simple case folding, as RE2 uses it for (?i). One code
// point always stands for one, so ß and SS stay different and K, k and the Kelvin sign are the same.

/** Where code points with case live; outside of these nothing folds. */
const CASED_REGIONS = [
  [0x41, 0x58f],
  [0x10a0, 0x10ff],
  [0x13a0, 0x13fd],
  [0x1c80, 0x1cbf],
  [0x1d79, 0x1d8e],
  [0x1e00, 0x1fff],
  [0x2126, 0x2188],
  [0x24b6, 0x24e9],
  [0x2c00, 0x2d2d],
  [0xa640, 0xabbf],
  [0xff21, 0xff5a],
  [0x10400, 0x104ff],
  [0x10570, 0x105bf],
  [0x10c80, 0x10cff],
  [0x118a0, 0x118df],
  [0x16e40, 0x16e7f],
  [0x1e900, 0x1e943],
] as const;

/** Dotted capital and dotless small i: JavaScript maps them to plain i and I, simple folding does not. */
const NEVER_FOLDS = new Set([0x130, 0x131]);

let orbits: Map<number, readonly number[]> | undefined;

/** Calls back with every code point that equals one in the range but for case; those in the range may be among them. */
export function foldRange(low: number, high: number, found: (codePoint: number) => void): void {
  orbits ??= buildOrbits();
  for (const [start, end] of CASED_REGIONS) {
    for (let c = Math.max(low, start); c <= high && c <= end; c++) {
      for (const other of orbits.get(c) ?? []) found(other);
    }
  }
}

/** All code points that equal this one but for case, itself included, ascending. */
export function foldsOf(codePoint: number): readonly number[] {
  orbits ??= buildOrbits();
  return orbits.get(codePoint) ?? [codePoint];
}

function buildOrbits(): Map<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [start, end] of CASED_REGIONS) {
    for (let c = start; c <= end; c++) {
      const text = String.fromCodePoint(c);
      join(found, c, text.toLowerCase());
      join(found, c, text.toUpperCase());
    }
  }
  for (const orbit of found.values()) orbit.sort((a, b) => a - b);
  return found;
}

function join(orbitOf: Map<number, number[]>, codePoint: number, mapped: string): void {
  const other = mapped.codePointAt(0)!;
  const single = mapped.length === (other > 0xffff ? 2 : 1);
  if (other === codePoint || !single || NEVER_FOLDS.has(codePoint)) return;
  const a = orbitOf.get(codePoint) ?? [codePoint];
  const b = orbitOf.get(other) ?? [other];
  if (a === b) return;
  for (const member of b) a.push(member);
  for (const member of a) orbitOf.set(member, a);
}
