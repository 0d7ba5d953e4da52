// /proc/zoneinfo: blocks that start with `Node 0, zone DMA`, fields of `name value`, and
// `protection: (0, 2039, …)`.
import { fields } from '../files.ts';

export interface Zone {
  readonly node: string;
  readonly zone: string;
  /** By the kernel's name; where a name occurs twice the later value. */
  readonly values: ReadonlyMap<string, number>;
  readonly protection: readonly number[];
}

export function parseZoneinfo(text: string): Zone[] {
  const zones: { node: string; zone: string; values: Map<string, number>; protection: number[] }[] = [];
  for (const line of text.split('\n')) {
    const head = /^Node (\d+), zone\s+(\w+)/.exec(line);
    if (head !== null) {
      zones.push({ node: head[1]!, zone: head[2]!, values: new Map(), protection: [] });
      continue;
    }
    const zone = zones.at(-1);
    const [name, value] = fields(line);
    if (zone === undefined || value === undefined) continue;
    if (name === 'protection:') {
      zone.protection = [...line.matchAll(/-?\d+/g)].map(([number]) => Number(number));
    } else if (/^-?\d+$/.test(value)) {
      zone.values.set(name!, Number(value));
    }
  }
  return zones;
}
