// /proc/net/dev: two head lines, then `name: 8 receive counters, 8 transmit counters`.
import { fields, lines, malformed, parseUint } from '../files.ts';

const COUNTERS = [
  'receive_bytes',
  'receive_packets',
  'receive_errors',
  'receive_dropped',
  'receive_fifo',
  'receive_frame',
  'receive_compressed',
  'receive_multicast',
  'transmit_bytes',
  'transmit_packets',
  'transmit_errors',
  'transmit_dropped',
  'transmit_fifo',
  'transmit_colls',
  'transmit_carrier',
  'transmit_compressed',
];

/** Counters by interface. */
export function parseNetDev(text: string): { name: string; counters: Record<string, number> }[] {
  return lines(text)
    .slice(2)
    .map((line) => {
      const colon = line.lastIndexOf(':');
      const values = fields(line.slice(colon + 1));
      if (colon < 0 || values.length !== COUNTERS.length) throw malformed('/proc/net/dev', line);
      const counters: Record<string, number> = {};
      for (let i = 0; i < COUNTERS.length; i++)
        counters[COUNTERS[i]!] = parseUint(values[i]!, '/proc/net/dev');
      return { name: line.slice(0, colon).trim(), counters };
    });
}
