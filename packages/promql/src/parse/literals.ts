// Numbers and durations as literals of the tree.
import { parseDuration } from '@prometheus-ts/model';
import type { NumberExpr, Span } from '../ast.ts';
import { parseNumberLiteral } from './number-literal.ts';
import type { TokenStream } from './token-stream.ts';
import { Kind, type Token } from './tokens.ts';

/** More seconds than this overflow upstream's nanoseconds. */
const MAX_DURATION_SECONDS = 2 ** 63 / 1e9;

export function isNumeric(token: Token): boolean {
  return token.kind === Kind.number || token.kind === Kind.duration;
}

/** The number or duration that comes next; the caller has checked that one does. */
export function parseNumeric(stream: TokenStream): NumberExpr {
  const token = stream.take();
  const pos: Span = { start: token.start, end: token.end };
  if (token.kind === Kind.duration) {
    return { kind: 'number', pos, value: durationSeconds(stream, token), isDuration: true };
  }
  const number = parseNumberLiteral(token.text);
  if ('error' in number) stream.fail(token, number.error);
  return { kind: 'number', pos, value: number.value, isDuration: false };
}

function durationSeconds(stream: TokenStream, token: Token): number {
  try {
    const ms = parseDuration(token.text);
    return Math.floor(ms / 1000) + ((ms % 1000) * 1e6) / 1e9;
  } catch (error) {
    stream.fail(token, (error as Error).message);
  }
}

/** `-literal` as one literal that starts at the sign; `+literal` keeps the value. */
export function withSign(sign: Token, literal: NumberExpr): NumberExpr {
  return {
    ...literal,
    value: sign.kind === '-' ? -literal.value : literal.value,
    pos: { start: sign.start, end: literal.pos.end },
  };
}

export function isOutOfRange(seconds: number): boolean {
  return seconds > MAX_DURATION_SECONDS || seconds < -MAX_DURATION_SECONDS;
}

/** Integer milliseconds of a literal in seconds: rounded to nanoseconds, then cut, as upstream does. */
export function literalToMs(seconds: number): number {
  return Math.trunc(Math.round(Math.abs(seconds) * 1e9) / 1e6) * Math.sign(seconds);
}
