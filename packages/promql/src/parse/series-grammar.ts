// Series descriptions of test scripts and unit tests: labels and a sequence of values.
import { addHistograms, type FloatHistogram, type LabelSet, subtractHistograms } from '@prometheus-ts/model';
import { type DescribedHistogram, parseHistogram } from './histogram-grammar.ts';
import { isNumeric, parseNumeric } from './literals.ts';
import { takeMetric } from './parse.ts';
import { MAX_VALUES, parseCount } from './repetition.ts';
import { SeriesLexer } from './series-lexer.ts';
import { type ErrorContext, TokenStream } from './token-stream.ts';
import { Kind, type Token } from './tokens.ts';

/** One value of a sequence. */
export type SequenceValue =
  | { readonly kind: 'omitted' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'float'; readonly value: number }
  | ({ readonly kind: 'histogram' } & DescribedHistogram);

export interface SeriesDescription {
  readonly labels: LabelSet;
  readonly values: readonly SequenceValue[];
}

const IN_VALUES: ErrorContext = { where: 'series values', expected: '' };
const OMITTED: SequenceValue = { kind: 'omitted' };

/** Parses `name{label="value"} 1 2+3x4 _ stale`. Throws ParseError. */
export function parseSeriesDescription(text: string): SeriesDescription {
  const stream = new TokenStream(new SeriesLexer(text));
  const labels = takeMetric(stream);
  const values: SequenceValue[] = [];
  const { kind } = stream.peek();
  if (kind !== Kind.space && kind !== Kind.eof) stream.unexpected(IN_VALUES);
  while (stream.accept(Kind.space)) {
    const token = stream.peek();
    if (!startsItem(token)) continue;
    stream.within(IN_VALUES, () => parseItem(stream, values));
    if (values.length > MAX_VALUES) stream.fail(token, `more than ${MAX_VALUES} values in one series`);
  }
  if (stream.peek().kind !== Kind.eof) stream.unexpected();
  return { labels, values };
}

function startsItem(token: Token): boolean {
  const { kind } = token;
  if (kind === Kind.blank || kind === Kind.identifier || isNumeric(token)) return true;
  return kind === '+' || kind === '-' || kind === '{{';
}

function parseItem(stream: TokenStream, values: SequenceValue[]): void {
  const { kind } = stream.peek();
  if (kind === Kind.blank) {
    stream.take();
    const count = stream.accept(Kind.times) ? parseCount(stream) : 1;
    for (let i = 0; i < count; i++) values.push(OMITTED);
  } else if (kind === '{{') parseHistograms(stream, values);
  else parseFloats(stream, values);
}

/** `1`, `1x4` (five times), `1+2x4` (1 and four sums), `stale`. */
function parseFloats(stream: TokenStream, values: SequenceValue[]): void {
  const first = parseValue(stream);
  const { kind } = stream.peek();
  if (kind !== '+' && kind !== '-' && kind !== Kind.times) {
    values.push(first);
    return;
  }
  const step = kind === Kind.times ? undefined : parseSigned(stream);
  stream.expect(Kind.times);
  const count = parseCount(stream);
  let value = first;
  for (let i = 0; i <= count; i++) {
    values.push(value);
    if (step !== undefined && value.kind === 'float') value = { kind: 'float', value: value.value + step };
  }
}

function parseValue(stream: TokenStream): SequenceValue {
  const token = stream.peek();
  if (token.kind !== Kind.identifier) return { kind: 'float', value: parseSigned(stream) };
  if (token.text !== 'stale') {
    stream.unexpected({ where: 'series values', expected: 'number or "stale"' });
  }
  stream.take();
  return { kind: 'stale' };
}

function parseSigned(stream: TokenStream): number {
  const sign = stream.accept('-') ?? stream.accept('+');
  if (!isNumeric(stream.peek())) stream.unexpected();
  const { value } = parseNumeric(stream);
  return sign?.kind === '-' ? -value : value;
}

/** `{{…}}`, `{{…}}x4` (five times), `{{…}}+{{…}}x4` and `{{…}}-{{…}}x4`. */
function parseHistograms(stream: TokenStream, values: SequenceValue[]): void {
  const first = parseHistogram(stream);
  const { kind } = stream.peek();
  if (kind !== '+' && kind !== '-' && kind !== Kind.times) {
    values.push({ kind: 'histogram', ...first });
    return;
  }
  if (kind === Kind.times) {
    stream.take();
    for (let left = parseCount(stream); left >= 0; left--) values.push({ kind: 'histogram', ...first });
    return;
  }
  stream.take();
  const step = parseHistogram(stream);
  stream.expect(Kind.times);
  const countToken = stream.peek();
  const count = parseCount(stream);
  const combine = kind === '+' ? addHistograms : subtractHistograms;
  let { histogram } = first;
  for (let i = 0; i <= count; i++) {
    values.push({ kind: 'histogram', histogram, hintGiven: step.hintGiven });
    if (i < count) histogram = combineOrFail(histogram, step.histogram);
  }

  function combineOrFail(base: FloatHistogram, increment: FloatHistogram): FloatHistogram {
    if (base.schema > increment.schema) {
      stream.fail(
        countToken,
        `error combining histograms: cannot merge from schema ${increment.schema} to ${base.schema}`,
      );
    }
    try {
      return combine(base, increment).histogram;
    } catch (error) {
      return stream.fail(countToken, (error as Error).message);
    }
  }
}
