// Sizes as some drivers print them for people: `1.5k`, `-3M`, `512`.
import { malformed, parseNumber } from '../files.ts';

const UNITS = 'kMGTPEZY';

/**
 * The number of bytes, towards zero. The digits behind the point are tenths of the unit by 10.24, as bcache counts
 * them and upstream reads them.
 */
export function parseHumanSize(text: string, what: string): number {
  const match = /^(-?)(\d+)(?:\.(\d+))?([kMGTPEZY]?)$/.exec(text);
  if (match === null) throw malformed(what, text);
  const [, sign, whole, part, unit] = match;
  if (unit === '') return parseNumber(text, what);
  const mantissa = Number(whole) + (part === undefined ? 0 : Number(part) / 10.24);
  const bytes = Math.trunc(mantissa * 1024 ** (UNITS.indexOf(unit!) + 1));
  return sign === '-' ? -bytes : bytes;
}

/** `10.8T`, `62.5k` or `512` in powers of 1024, towards zero. */
export function parseBinarySize(text: string, what: string): number {
  const match = /^([\d.]+)\s*([kmgtpe]?)$/i.exec(text.trim());
  if (match === null) throw malformed(what, text);
  const exponent = match[2] === '' ? 0 : UNITS.toLowerCase().indexOf(match[2]!.toLowerCase()) + 1;
  return Math.trunc(parseNumber(match[1]!, what) * 1024 ** exponent);
}
