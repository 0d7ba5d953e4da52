export { type Appendable, type Appender, AppendOutcome, type SeriesRef } from './appender.ts';
export { formatByteSize, parseByteSize } from './byte-size.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export { compareStrings } from './compare-strings.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { CodedError, type ErrorPlace } from './errors.ts';
export {
  type BucketSpan,
  CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  type FloatHistogram,
} from './float-histogram.ts';
export {
  formatFloat,
  formatFloatDecimal,
  formatFloatExposition,
  formatFloatG,
  parseGoFloat,
} from './float-text.ts';
export { formatGoDuration, parseGoDuration } from './go-duration.ts';
export {
  addHistograms,
  type CombinedHistogram,
  compactHistogram,
  divideHistogram,
  histogramsEqual,
  multiplyHistogram,
  reduceResolution,
  subtractHistograms,
} from './histogram/arithmetic.ts';
export {
  bucketBound,
  exponentialBound,
  isCustomSchema,
  isExponentialSchema,
  MAX_SCHEMA,
  MIN_SCHEMA,
} from './histogram/bounds.ts';
export { BucketCursor, fractionBelow } from './histogram/bucket-cursor.ts';
export { detectReset } from './histogram/detect-reset.ts';
export {
  HistogramError,
  type HistogramErrorCode,
  invalidSchema,
  MAX_RESERVED_SCHEMA,
  MIN_RESERVED_SCHEMA,
  unknownSchema,
} from './histogram/errors.ts';
export { HistogramMean } from './histogram/histogram-mean.ts';
export { type AdditionNotes, HistogramSum } from './histogram/histogram-sum.ts';
export { encodeHistogram, formatHistogram, formatHistogramLiteral } from './histogram/histogram-text.ts';
export {
  compactIntegerHistogram,
  type IntegerHistogram,
  reduceIntegerResolution,
  toFloatHistogram,
  toIntegerHistogram,
} from './histogram/integer-histogram.ts';
export { Keep, trimHistogram } from './histogram/trim.ts';
export { validateHistogram, validateIntegerHistogram } from './histogram/validate.ts';
export { KahanSum, nextCompensation } from './kahan.ts';
export { LabelSet, METRIC_NAME } from './label-set.ts';
export { formatLabelName, formatLabelSet, formatMatcher, formatSeries } from './label-text.ts';
export { Matcher, MatchType } from './matcher.ts';
export { METRIC_TYPES, type Metadata, type MetricType } from './metadata.ts';
export { EscapingScheme, escapeName, parseEscapingScheme, unescapeName } from './name-escaping.ts';
export {
  isLegacyLabelName,
  isLegacyMetricName,
  isValidLabelName,
  isValidMetricName,
  NameScheme,
} from './names.ts';
export { nearestName } from './nearest-name.ts';
export type {
  LabelAnswer,
  LabelRequest,
  Querier,
  Queryable,
  SelectHints,
  SelectRequest,
  SeriesSet,
} from './queryable.ts';
export { quoteGo } from './quote-go.ts';
export { SampleColumns, STALE_HIGH, STALE_LOW } from './sample-columns.ts';
export { toSimpleLowerCase, toSimpleUpperCase } from './simple-case.ts';
