// /proc/interrupts: a head with one column for each processor, then `source: counts… controller [devices…]`.
import { fields, isDigits, lines, malformed, parseNumber } from '../files.ts';

export interface Interrupt {
  readonly type: string;
  /** The controller and trigger of a numbered interrupt, the meaning of a named one. */
  readonly info: string;
  readonly devices: string;
  /** By column of the file. */
  readonly counts: readonly number[];
}

/** Lines without a count for each processor (ERR, MIS) are left out, as upstream does. */
export function parseInterrupts(text: string): Interrupt[] {
  const [head, ...rows] = lines(text);
  if (head === undefined) throw malformed('/proc/interrupts', '');
  const cpus = fields(head).length;
  const interrupts: Interrupt[] = [];
  for (const row of rows) {
    const colon = row.indexOf(':');
    const parts = colon < 0 ? [] : fields(row.slice(colon + 1));
    if (parts.length < cpus + 1) continue;
    const type = row.slice(0, colon).trimStart();
    const counts = parts.slice(0, cpus).map((part) => parseNumber(part, '/proc/interrupts'));
    const isNumbered = isDigits(type);
    const info = isNumbered ? parts[cpus]! : parts.slice(cpus).join(' ');
    interrupts.push({ type, info, devices: isNumbered ? parts.slice(cpus + 1).join(' ') : '', counts });
  }
  return interrupts;
}
