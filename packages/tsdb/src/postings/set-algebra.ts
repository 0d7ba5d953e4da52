// Sets of series as ascending arrays without duplicates.

export type Postings = Uint32Array;

export function intersect(a: Postings, b: Postings): Postings {
  const result = new Uint32Array(Math.min(a.length, b.length));
  let length = 0;
  let i = 0;
  let k = 0;
  while (i < a.length && k < b.length) {
    const x = a[i];
    const y = b[k];
    if (x === y) {
      result[length++] = x;
      i++;
      k++;
    } else if (x < y) i++;
    else k++;
  }
  return result.subarray(0, length);
}

export function subtract(a: Postings, b: Postings): Postings {
  const result = new Uint32Array(a.length);
  let length = 0;
  let k = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    while (k < b.length && b[k] < x) k++;
    if (k === b.length || b[k] !== x) result[length++] = x;
  }
  return result.subarray(0, length);
}

/** The union of any number of sets: pairs are merged until one is left. */
export function union(sets: readonly Postings[]): Postings {
  let left = sets.filter((set) => set.length > 0);
  if (left.length === 0) return new Uint32Array(0);
  while (left.length > 1) {
    const merged: Postings[] = [];
    for (let i = 0; i + 1 < left.length; i += 2) merged.push(unionOfTwo(left[i], left[i + 1]));
    if (left.length % 2 === 1) merged.push(left[left.length - 1]);
    left = merged;
  }
  return left[0];
}

function unionOfTwo(a: Postings, b: Postings): Postings {
  const result = new Uint32Array(a.length + b.length);
  let length = 0;
  let i = 0;
  let k = 0;
  while (i < a.length || k < b.length) {
    if (k === b.length || (i < a.length && a[i] < b[k])) result[length++] = a[i++];
    else {
      if (i < a.length && a[i] === b[k]) i++;
      result[length++] = b[k++];
    }
  }
  return result.subarray(0, length);
}
