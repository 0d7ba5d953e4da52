export { isLegacyMetricName as isLegacyName } from '@prometheus-ts/model';
export { checkOpenMetrics } from './check/openmetrics-check.ts';
export { FamilyTextError } from './families/line-cursor.ts';
export { type ReadOptions, readFamilies } from './families/read-families.ts';
export { readProtobufFamilies } from './families/read-protobuf-families.ts';
export { formatOpenMetricsFloat, formatTextFloat } from './float-text.ts';
export type {
  Bucket,
  Exemplar,
  FamilyType,
  HistogramFamily,
  HistogramMetric,
  LabelPairs,
  Metric,
  MetricFamily,
  NumberFamily,
  NumberMetric,
  SummaryFamily,
  SummaryMetric,
} from './metric-family.ts';
export { ClassicHistogram } from './parse/classic-histogram.ts';
export { createParser, MediaType } from './parse/create-parser.ts';
export {
  EntryKind,
  type ExpositionParser,
  type ParsedExemplar,
  type ParsedHistogram,
  type ParserOptions,
} from './parse/entry.ts';
export { KnownLines } from './parse/known-lines.ts';
export { LinePool } from './parse/line-pool.ts';
export { TextParser } from './parse/text-parser.ts';
export { promClientFamilies } from './prom-client-bridge.ts';
export { encodeChunks, encodeFamilies, writeText } from './write/encode.ts';
export {
  contentType,
  type Format,
  type FormatKind,
  isDelimitedProtobuf,
  negotiate,
  OFFERED_FORMATS,
  OPENMETRICS_0_0_1,
  OPENMETRICS_1_0_0,
  PROTOBUF,
  TEXT_0_0_4,
  TEXT_1_0_0,
  TEXT_CONTENT_TYPE,
} from './write/format.ts';
export { textHeader } from './write/text.ts';
