// Families to bytes in any format. Output is produced in chunks, so that a large exposition never exists as one
// string; families without metrics are left out, since no format can say them.

import { type EscapingScheme, escapeName, isLegacyMetricName } from '@prometheus-ts/model';
import type { LabelPairs, Metric, MetricFamily } from '../metric-family.ts';
import { type Format, TEXT_0_0_4 } from './format.ts';
import { OPENMETRICS_END, writeOpenMetricsFamily } from './openmetrics.ts';
import { ProtoWriter } from './proto-writer.ts';
import { writeProtobufFamily } from './protobuf.ts';
import { writeTextFamily } from './text.ts';

/** Chunks are cut at the first line end past this many UTF-16 units. */
const CHUNK_UNITS = 64 * 1024;

function escapeLabels(labels: LabelPairs, scheme: EscapingScheme): LabelPairs {
  for (let i = 0; i < labels.length; i += 2) {
    if (!isLegacyMetricName(labels[i]!)) {
      return labels.map((text, index) =>
        index % 2 === 0 && !isLegacyMetricName(text) ? escapeName(text, scheme) : text,
      );
    }
  }
  return labels;
}

function escapeMetrics<M extends Metric>(metrics: readonly M[], scheme: EscapingScheme): readonly M[] {
  return metrics.map((metric) => {
    const labels = escapeLabels(metric.labels, scheme);
    return labels === metric.labels ? metric : { ...metric, labels };
  });
}

/** The family with every name in the legacy alphabet; names that already are stay as they are. */
function escapeFamily(family: MetricFamily, scheme: EscapingScheme): MetricFamily {
  if (scheme === 'allow-utf-8') return family;
  const name = isLegacyMetricName(family.name) ? family.name : escapeName(family.name, scheme);
  switch (family.type) {
    case 'summary':
      return { ...family, name, metrics: escapeMetrics(family.metrics, scheme) };
    case 'histogram':
    case 'gaugehistogram':
      return { ...family, name, metrics: escapeMetrics(family.metrics, scheme) };
    default:
      return { ...family, name, metrics: escapeMetrics(family.metrics, scheme) };
  }
}

function* encodeProtobuf(families: Iterable<MetricFamily>, scheme: EscapingScheme): Generator<Uint8Array> {
  const writer = new ProtoWriter();
  for (const family of families) {
    if (family.metrics.length === 0) continue;
    writeProtobufFamily(escapeFamily(family, scheme), writer);
    if (writer.length >= CHUNK_UNITS) yield writer.take();
  }
  if (writer.length > 0) yield writer.take();
}

/** The exposition as a run of chunks of some 64 KiB, each a whole number of lines or messages. */
export function* encodeChunks(
  families: Iterable<MetricFamily>,
  format: Format = TEXT_0_0_4,
): Generator<Uint8Array> {
  if (format.kind === 'protobuf') {
    yield* encodeProtobuf(families, format.escaping);
    return;
  }
  const writeFamily = format.kind === 'openmetrics' ? writeOpenMetricsFamily : writeTextFamily;
  const full: string[] = [];
  let pending = '';
  const write = (lines: string) => {
    pending += lines;
    if (pending.length < CHUNK_UNITS) return;
    full.push(pending);
    pending = '';
  };
  for (const family of families) {
    if (family.metrics.length === 0) continue;
    writeFamily(escapeFamily(family, format.escaping), write);
    for (const chunk of full) yield Buffer.from(chunk);
    full.length = 0;
  }
  if (format.kind === 'openmetrics') pending += OPENMETRICS_END;
  if (pending !== '') yield Buffer.from(pending);
}

/** The whole exposition at once. */
export function encodeFamilies(families: Iterable<MetricFamily>, format: Format = TEXT_0_0_4): Uint8Array {
  return Buffer.concat([...encodeChunks(families, format)]);
}

/** The whole exposition in the classic text format 0.0.4. */
export function writeText(families: Iterable<MetricFamily>): Uint8Array {
  return encodeFamilies(families, TEXT_0_0_4);
}
