// The kernel's lists of processors, `0-3,8`.

/** Ranges wider than this are nonsense. */
const CPUS_MAX = 65_536;

/** The numbers in the list; empty for an empty list, parts that are not numbers are left out. */
export function parseCpuList(text: string): number[] {
  const numbers: number[] = [];
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (match === null) continue;
    const first = Number(match[1]);
    const last = Math.min(Number(match[2] ?? match[1]), first + CPUS_MAX);
    for (let number = first; number <= last; number++) numbers.push(number);
  }
  return numbers;
}
