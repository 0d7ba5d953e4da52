export { type Appendable, type Appender, AppendOutcome, type SeriesRef } from './appender.ts';
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
export { formatGoDuration, parseGoDuration } from './go-duration.ts';
export { LabelSet, METRIC_NAME } from './label-set.ts';
export { Matcher, MatchType } from './matcher.ts';
export { METRIC_TYPES, type Metadata, type MetricType } from './metadata.ts';
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
export { SampleColumns, STALE_HIGH, STALE_LOW } from './sample-columns.ts';
