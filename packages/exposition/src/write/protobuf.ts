// Families as length-delimited io.prometheus.client.MetricFamily messages. Source: metrics.proto of
// prometheus/client_model.
import type {
  Exemplar,
  FamilyType,
  HistogramMetric,
  LabelPairs,
  Metric,
  MetricFamily,
  NumberMetric,
  SummaryMetric,
} from '../metric-family.ts';
import type { ParsedHistogram } from '../parse/entry.ts';
import type { ProtoWriter } from './proto-writer.ts';

const TYPES: Readonly<Record<FamilyType, number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  untyped: 3,
  histogram: 4,
  gaugehistogram: 5,
};

/** The fields of Metric that hold the value, by type. */
const VALUE_FIELDS = {
  counter: 3,
  gauge: 2,
  untyped: 5,
  summary: 4,
  histogram: 7,
  gaugehistogram: 7,
} as const;

function writeLabels(writer: ProtoWriter, labels: LabelPairs): void {
  for (let i = 0; i < labels.length; i += 2) {
    writer.messageField(1, () => {
      writer.textField(1, labels[i]!);
      writer.textField(2, labels[i + 1]!);
    });
  }
}

/** A google.protobuf.Timestamp. */
function writeTime(writer: ProtoWriter, field: number, timeMs: number | undefined): void {
  if (timeMs === undefined) return;
  const seconds = Math.floor(timeMs / 1000);
  const nanos = Math.round((timeMs - seconds * 1000) * 1e6);
  writer.messageField(field, () => {
    writer.signedField(1, seconds);
    if (nanos !== 0) writer.unsignedField(2, nanos);
  });
}

function writeExemplar(writer: ProtoWriter, field: number, exemplar: Exemplar | undefined): void {
  if (!exemplar) return;
  writer.messageField(field, () => {
    writeLabels(writer, exemplar.labels);
    writer.doubleField(2, exemplar.value);
    writeTime(writer, 3, exemplar.timestampMs);
  });
}

function writeNumber(writer: ProtoWriter, metric: NumberMetric, type: FamilyType): void {
  writer.doubleField(1, metric.value);
  if (type !== 'counter') return;
  writeExemplar(writer, 2, metric.exemplar);
  writeTime(writer, 3, metric.createdMs);
}

function writeSummary(writer: ProtoWriter, metric: SummaryMetric): void {
  writer.unsignedField(1, metric.count);
  writer.doubleField(2, metric.sum);
  for (const { quantile, value } of metric.quantiles) {
    writer.messageField(3, () => {
      writer.doubleField(1, quantile);
      writer.doubleField(2, value);
    });
  }
  writeTime(writer, 4, metric.createdMs);
}

/** A count in the integer field, or in the field for floats where it is none. */
function writeCount(writer: ProtoWriter, field: number, floatField: number, count: number): void {
  if (Number.isInteger(count) && count >= 0) writer.unsignedField(field, count);
  else writer.doubleField(floatField, count);
}

function writeHistogram(writer: ProtoWriter, metric: HistogramMetric): void {
  if (metric.native?.kind === 'float') writer.doubleField(4, metric.count);
  else writeCount(writer, 1, 4, metric.count);
  writer.doubleField(2, metric.sum);
  for (const { upperBound, cumulativeCount, exemplar } of metric.buckets) {
    writer.messageField(3, () => {
      writeCount(writer, 1, 4, cumulativeCount);
      writer.doubleField(2, upperBound);
      writeExemplar(writer, 3, exemplar);
    });
  }
  writeTime(writer, 15, metric.createdMs);
  if (metric.native) writeNative(writer, metric.native);
  for (const exemplar of metric.exemplars ?? []) writeExemplar(writer, 16, exemplar);
}

function writeNative(writer: ProtoWriter, native: ParsedHistogram): void {
  const { histogram } = native;
  writer.zigzagField(5, histogram.schema);
  writer.doubleField(6, histogram.zeroThreshold);
  if (native.kind === 'float') writer.doubleField(8, histogram.zeroCount);
  else writer.unsignedField(7, histogram.zeroCount);
  const isFloat = native.kind === 'float';
  writeSide(writer, 9, histogram.negativeSpans, histogram.negativeBuckets, isFloat);
  writeSide(writer, 12, histogram.positiveSpans, histogram.positiveBuckets, isFloat);
  // Without any span the histogram would be taken for a classic one.
  const hasParts = histogram.positiveSpans.length + histogram.negativeSpans.length > 0;
  if (!hasParts) writer.messageField(12, () => writer.unsignedField(2, 0));
}

/** Spans in `field`, then integer deltas or absolute floats in the fields behind it. */
function writeSide(
  writer: ProtoWriter,
  field: number,
  spans: readonly { readonly offset: number; readonly length: number }[],
  buckets: readonly number[],
  isFloat: boolean,
): void {
  for (const { offset, length } of spans) {
    writer.messageField(field, () => {
      writer.zigzagField(1, offset);
      writer.unsignedField(2, length);
    });
  }
  if (buckets.length === 0) return;
  writer.messageField(isFloat ? field + 2 : field + 1, () => {
    for (const count of buckets) isFloat ? writer.double(count) : writer.zigzag(count);
  });
}

/** Writes one family behind its length. */
export function writeProtobufFamily(family: MetricFamily, writer: ProtoWriter): void {
  writer.delimited(() => {
    writer.textField(1, family.name);
    if (family.help !== undefined) writer.textField(2, family.help);
    writer.unsignedField(3, TYPES[family.type]);
    const write = (metric: Metric, writeValue: () => void) =>
      writer.messageField(4, () => {
        writeLabels(writer, metric.labels);
        writer.messageField(VALUE_FIELDS[family.type], writeValue);
        if (metric.timestampMs !== undefined) writer.signedField(6, metric.timestampMs);
      });
    switch (family.type) {
      case 'summary':
        for (const metric of family.metrics) write(metric, () => writeSummary(writer, metric));
        break;
      case 'histogram':
      case 'gaugehistogram':
        for (const metric of family.metrics) write(metric, () => writeHistogram(writer, metric));
        break;
      default: {
        const { type } = family;
        for (const metric of family.metrics) write(metric, () => writeNumber(writer, metric, type));
      }
    }
    if (family.unit !== undefined) writer.textField(5, family.unit);
  });
}
