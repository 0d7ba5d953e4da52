// Sizes in bytes, as flags and configuration write them: `512MB`, `1.5GiB`, `1GB512MB`. Powers of 1024, with
// and without the i.
import { CodedError } from './errors.ts';
import { formatFloatDecimal } from './float-text.ts';

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'] as const;

/** Bytes, rounded towards zero. Throws CodedError (code `byte_size`) with upstream's text. */
export function parseByteSize(text: string): number {
  const signed = text.replace(/^[+-]/, '');
  if (signed === '0') return 0;
  const part = /(\d*)(?:\.(\d*))?([^\d.]*)/y;
  let bytes = 0;
  let end = 0;
  while (end < signed.length) {
    part.lastIndex = end;
    const [whole, digits, fraction = '', unit] = part.exec(signed)!;
    if (digits === '' && fraction === '') throw new CodedError('byte_size', `units: invalid ${text}`, hint);
    const power = UNITS.findIndex(
      (prefix) => unit === `${prefix}B` || (prefix !== '' && unit === `${prefix}iB`),
    );
    if (power < 0) throw new CodedError('byte_size', `units: unknown unit ${unit} in ${text}`, hint);
    bytes += (Number(digits) + Number(`0.${fraction}`)) * 1024 ** power;
    end += whole.length;
  }
  if (end === 0) throw new CodedError('byte_size', `units: invalid ${text}`, hint);
  if (bytes >= 2 ** 63) throw new CodedError('byte_size', 'units: overflow parsing unit');
  return Math.trunc(text.startsWith('-') ? -bytes : bytes);
}

/** `1GiB512MiB`, `0B`: every unit that leaves something, biggest first. */
export function formatByteSize(bytes: number): string {
  let rest = Math.trunc(Math.abs(bytes));
  if (rest === 0) return '0B';
  const sign = bytes < 0 ? '-' : '';
  let text = '';
  for (let power = 0; rest > 0; power++) {
    const count = power === UNITS.length - 1 ? rest : rest % 1024;
    const unit = power === 0 ? 'B' : `${UNITS[power]}iB`;
    if (count !== 0) text = `${sign}${formatFloatDecimal(count)}${unit}${text}`;
    rest = power === UNITS.length - 1 ? 0 : Math.floor(rest / 1024);
  }
  return text;
}

const hint = { hint: 'write a number with B, KB, MB, GB, TB, PB or EB, such as 512MB' };
