// Native histograms as test data writes them: `{{schema:1 sum:4 count:3 buckets:[1 2] counter_reset_hint:gauge}}`.
import { type BucketSpan, CounterResetHint, type FloatHistogram } from '@prometheus-ts/model';
import { isNumeric, parseNumeric } from './literals.ts';
import { parseUnsigned } from './repetition.ts';
import type { ErrorContext, TokenStream } from './token-stream.ts';
import { HINT_PREFIX, KEY_PREFIX, Kind } from './tokens.ts';

export interface DescribedHistogram {
  readonly histogram: FloatHistogram;
  /** Whether the text names a counter reset hint, which then counts in comparisons. */
  readonly hintGiven: boolean;
}

const AFTER_FIRST_KEY: ErrorContext = {
  where: 'histogram description',
  expected: 'histogram description key, e.g. buckets:[5 10 7]',
};

const RESET_HINTS: Readonly<Record<string, CounterResetHint>> = {
  unknown: CounterResetHint.unknown,
  reset: CounterResetHint.reset,
  not_reset: CounterResetHint.notReset,
  gauge: CounterResetHint.gauge,
};

/** What the keys say; each is a number, a list of buckets, or a hint. */
type Description = Map<string, number | readonly number[] | CounterResetHint>;

/** The next token is `{{`. */
export function parseHistogram(stream: TokenStream): DescribedHistogram {
  stream.expect('{{');
  const description: Description = new Map();
  const leadingSpace = stream.accept(Kind.space);
  if (!stream.accept('}}')) {
    if (leadingSpace) stream.unexpected();
    parseKeys(stream, description);
  }
  return build(description);
}

function parseKeys(stream: TokenStream, description: Description): void {
  parseKey(stream, description);
  stream.within(AFTER_FIRST_KEY, () => {
    for (;;) {
      if (stream.accept('}}')) return;
      stream.expect(Kind.space);
      if (stream.accept('}}')) return;
      parseKey(stream, description);
    }
  });
}

function parseKey(stream: TokenStream, description: Description): void {
  if (!stream.peek().kind.startsWith(KEY_PREFIX)) stream.unexpected();
  const key = stream.take().kind.slice(KEY_PREFIX.length);
  stream.expect(':');
  const value = parseValue(stream, key);
  if (description.has(key)) {
    stream.fail({ start: 0, end: 0 }, `duplicate key "${key}" in histogram`);
  }
  description.set(key, value);
}

function parseValue(stream: TokenStream, key: string): number | readonly number[] | CounterResetHint {
  switch (key) {
    case 'schema':
    case 'offset':
    case 'n_offset':
      return stream.accept('-') ? -parseUnsigned(stream) : parseUnsigned(stream);
    case 'buckets':
    case 'n_buckets':
    case 'custom_values':
      return parseBuckets(stream);
    case 'counter_reset_hint': {
      if (!stream.peek().kind.startsWith(HINT_PREFIX)) stream.unexpected();
      return RESET_HINTS[stream.take().kind.slice(HINT_PREFIX.length)]!;
    }
    case 'z_bucket_w':
      return parseNumber(stream);
    default:
      return parseSigned(stream);
  }
}

function parseSigned(stream: TokenStream): number {
  if (stream.accept('-')) return -parseNumber(stream);
  stream.accept('+');
  return parseNumber(stream);
}

function parseNumber(stream: TokenStream): number {
  if (!isNumeric(stream.peek())) stream.unexpected();
  return parseNumeric(stream).value;
}

/**
 * `[1 2 3]`. What does not belong into the list is skipped up to the next space or the end, silently: upstream
 * recovers there without an error.
 */
function parseBuckets(stream: TokenStream): number[] {
  stream.expect('[');
  const values = [parseSigned(stream)];
  for (;;) {
    while (stream.peek().kind !== Kind.space && stream.peek().kind !== ']') {
      if (stream.take().kind === Kind.eof) stream.unexpected();
    }
    if (stream.take().kind === ']' || stream.accept(']')) return values;
    const { kind } = stream.peek();
    if (kind === '-' || kind === Kind.number) values.push(parseSigned(stream));
  }
}

function build(description: Description): DescribedHistogram {
  const number = (key: string): number => (description.get(key) as number | undefined) ?? 0;
  const list = (key: string): readonly number[] =>
    (description.get(key) as readonly number[] | undefined) ?? [];
  const spans = (buckets: readonly number[], offset: number): BucketSpan[] =>
    buckets.length > 0 ? [{ offset, length: buckets.length }] : [];
  const positiveBuckets = list('buckets');
  const negativeBuckets = list('n_buckets');
  const histogram: FloatHistogram = {
    counterReset: number('counter_reset_hint') as CounterResetHint,
    schema: number('schema'),
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    count: number('count'),
    sum: number('sum'),
    positiveSpans: spans(positiveBuckets, number('offset')),
    negativeSpans: spans(negativeBuckets, number('n_offset')),
    positiveBuckets,
    negativeBuckets,
    ...(description.has('custom_values') && { customValues: list('custom_values') }),
  };
  return { histogram, hintGiven: description.has('counter_reset_hint') };
}
