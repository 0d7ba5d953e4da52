// Names of blocks: 48 bits of time and 80 random bits as 26 characters of Crockford's base 32.
import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

export function isUlid(text: string): boolean {
  return PATTERN.test(text);
}

/** A new name; sorts after names made at earlier milliseconds. */
export function newUlid(timeMs: number, random: Uint8Array = randomBytes(10)): string {
  let text = '';
  let rest = timeMs;
  for (let i = 0; i < 10; i++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >>> bits) & 31];
      held &= (1 << bits) - 1;
    }
  }
  return text;
}
