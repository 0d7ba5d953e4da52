// Files of /proc/net/stat: a line of names, then one line of hexadecimal numbers for each processor.
import { fields, lines, malformed } from '../files.ts';

/** The values by name, each an array by processor. */
export function parseNetStatFile(text: string, what: string): Map<string, number[]> {
  const [head, ...rows] = lines(text);
  const names = fields(head ?? '');
  const columns = new Map(names.map((name) => [name, [] as number[]]));
  for (const row of rows) {
    const values = fields(row);
    if (values.length !== names.length) throw malformed(what, row);
    for (let i = 0; i < names.length; i++) {
      const value = Number(`0x${values[i]}`);
      if (Number.isNaN(value)) throw malformed(what, row);
      columns.get(names[i]!)!.push(value);
    }
  }
  return columns;
}
