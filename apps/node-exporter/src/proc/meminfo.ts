// /proc/meminfo: `Name: number [kB]`.
import { fields, lines, malformed, parseUint } from '../files.ts';

/** Calls `found` for each line with the kernel's name and the value in bytes, or as it is where there is no unit. */
export function parseMeminfo(text: string, found: (name: string, value: number) => void): void {
  for (const line of lines(text)) {
    const parts = fields(line);
    if (parts.length === 0) continue;
    const [name, value, unit] = parts;
    if (value === undefined || parts.length > 3 || (unit !== undefined && unit !== 'kB')) {
      throw malformed('/proc/meminfo', line);
    }
    const number = parseUint(value, '/proc/meminfo');
    found(name!.endsWith(':') ? name!.slice(0, -1) : name!, unit === undefined ? number : number * 1024);
  }
}
