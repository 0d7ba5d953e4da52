// Length-delimited io.prometheus.client.MetricFamily messages as families: what Go clients push.
import { CodedError } from '@prometheus-ts/model';
import type {
  Bucket,
  Exemplar,
  FamilyType,
  HistogramMetric,
  LabelPairs,
  Metric,
  MetricFamily,
  NumberMetric,
  SummaryMetric,
} from '../metric-family.ts';
import { decodeText } from '../parse/byte-text.ts';
import { hasNativeParts, readHistogram, spanError } from '../parse/protobuf/native-histogram.ts';
import { ProtoMetric, readTimestampMs } from '../parse/protobuf/proto-metric.ts';
import { ProtoReader, WireType } from '../parse/protobuf/proto-reader.ts';
import { SYNTAX_ERROR } from '../parse/syntax-error.ts';

/** By the number of the enumeration in metrics.proto. */
const TYPES: readonly FamilyType[] = [
  'counter',
  'gauge',
  'summary',
  'untyped',
  'histogram',
  'gaugehistogram',
];

/** What metrics of all types have. */
interface MetricBase {
  readonly labels: LabelPairs;
  readonly timestampMs?: number;
  readonly createdMs?: number;
}

class FamiliesReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #metric = new ProtoMetric();
  /** Start of the family that is being read. */
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  read(): Map<string, MetricFamily> {
    const families = new Map<string, MetricFamily>();
    const reader = this.#reader(0, this.#bytes.length);
    while (reader.at < reader.end) {
      this.#at = reader.at;
      reader.message();
      this.#check(reader);
      const family = this.#family(reader.start, reader.stop);
      families.set(family.name, family);
    }
    return families;
  }

  #reader(start: number, stop: number): ProtoReader {
    const reader = new ProtoReader();
    reader.reset(this.#bytes, this.#view, start, stop);
    return reader;
  }

  #check(reader: ProtoReader): void {
    if (reader.error !== '') throw this.#error(reader.error);
  }

  #error(message: string): CodedError {
    return new CodedError(SYNTAX_ERROR, message, { place: { offset: this.#at } });
  }

  #text(reader: ProtoReader): string {
    if (!reader.is(WireType.bytes)) return '';
    reader.message();
    const text = decodeText(this.#bytes, reader.start, reader.stop);
    if (!text.isWellFormed()) throw this.#error('proto: field contains invalid UTF-8');
    return text;
  }

  #family(start: number, stop: number): MetricFamily {
    const reader = this.#reader(start, stop);
    const places: number[] = [];
    const header: { name: string; help?: string; unit?: string } = { name: '' };
    let type: FamilyType | undefined = 'counter';
    while (reader.next()) {
      if (reader.field === 1) header.name = this.#text(reader);
      else if (reader.field === 2) header.help = this.#text(reader);
      else if (reader.field === 3 && reader.is(WireType.varint)) type = TYPES[reader.varint()];
      else if (reader.field === 4 && reader.is(WireType.bytes)) {
        reader.message();
        places.push(reader.start, reader.stop);
      } else if (reader.field === 5) header.unit = this.#text(reader);
      else reader.skip();
    }
    this.#check(reader);
    if (type === undefined) throw this.#error(`unknown metric type of family ${JSON.stringify(header.name)}`);
    return this.#withMetrics(header, type, places);
  }

  #withMetrics(
    header: { name: string; help?: string; unit?: string },
    type: FamilyType,
    places: readonly number[],
  ): MetricFamily {
    switch (type) {
      case 'summary':
        return { ...header, type, metrics: this.#metrics(places, (base) => this.#summary(base)) };
      case 'histogram':
      case 'gaugehistogram': {
        const isGauge = type === 'gaugehistogram';
        return { ...header, type, metrics: this.#metrics(places, (base) => this.#histogram(base, isGauge)) };
      }
      default:
        return { ...header, type, metrics: this.#metrics(places, (base) => this.#number(base, type)) };
    }
  }

  #metrics<M extends Metric>(places: readonly number[], make: (base: MetricBase) => M): M[] {
    const metrics: M[] = [];
    for (let i = 0; i < places.length; i += 2) {
      const error = this.#metric.read(this.#bytes, this.#view, places[i]!, places[i + 1]!);
      if (error !== '') throw this.#error(error);
      const { hasTimestamp, timestampMs, startMs, labels } = this.#metric;
      const pairs: string[] = [];
      for (let label = 0; label < labels.length; label += 3) {
        pairs.push(...this.#label(labels[label + 1]!, labels[label + 2]!));
      }
      metrics.push(
        make({
          labels: pairs,
          ...(hasTimestamp ? { timestampMs } : {}),
          ...(startMs === 0 ? {} : { createdMs: startMs }),
        }),
      );
    }
    return metrics;
  }

  #label(start: number, stop: number): [string, string] {
    const reader = this.#reader(start, stop);
    let name = '';
    let value = '';
    while (reader.next()) {
      if (reader.field === 1) name = this.#text(reader);
      else if (reader.field === 2) value = this.#text(reader);
      else reader.skip();
    }
    this.#check(reader);
    return [name, value];
  }

  #double(place: number): number {
    return place < 0 ? 0 : this.#view.getFloat64(place, true);
  }

  #number(base: MetricBase, type: FamilyType): NumberMetric {
    const { exemplars, valueAt } = this.#metric;
    const last = type === 'counter' ? this.#exemplars(exemplars).at(-1) : undefined;
    return { ...base, value: this.#double(valueAt), ...(last ? { exemplar: last } : {}) };
  }

  #summary(base: MetricBase): SummaryMetric {
    const { count, quantiles, valueAt } = this.#metric;
    const values = Array.from({ length: quantiles.length / 2 }, (_, i) => ({
      quantile: this.#double(quantiles[2 * i]!),
      value: this.#double(quantiles[2 * i + 1]!),
    }));
    return { ...base, count, sum: this.#double(valueAt), quantiles: values };
  }

  #histogram(base: MetricBase, isGauge: boolean): HistogramMetric {
    const metric = this.#metric;
    const sum = this.#double(metric.valueAt);
    const buckets: Bucket[] = metric.boundsAt.map((place, i) => {
      const exemplar = this.#exemplars(metric.bucketExemplars.slice(2 * i, 2 * i + 2))[0];
      const upperBound = this.#double(place);
      return { upperBound, cumulativeCount: metric.bucketCounts[i]!, ...(exemplar ? { exemplar } : {}) };
    });
    const isNative = hasNativeParts(metric);
    const error = isNative ? spanError(metric) : '';
    if (error !== '') throw this.#error(error);
    const exemplars = this.#exemplars(metric.exemplars);
    return {
      ...base,
      count: metric.countFloat || metric.count,
      sum,
      buckets,
      ...(isNative ? { native: readHistogram(metric, sum, isGauge) } : {}),
      ...(exemplars.length > 0 ? { exemplars } : {}),
    };
  }

  #exemplars(places: readonly number[]): Exemplar[] {
    const exemplars: Exemplar[] = [];
    for (let i = 0; i < places.length; i += 2) {
      if (places[i + 1]! > 0) exemplars.push(this.#exemplar(places[i]!, places[i + 1]!));
    }
    return exemplars;
  }

  #exemplar(start: number, stop: number): Exemplar {
    const reader = this.#reader(start, stop);
    const labels: string[] = [];
    let value = 0;
    let timestampMs: number | undefined;
    while (reader.next()) {
      if (reader.field === 2 && reader.is(WireType.fixed64)) value = this.#double(reader.double());
      else if (reader.field === 1 && reader.is(WireType.bytes)) {
        reader.message();
        labels.push(...this.#label(reader.start, reader.stop));
      } else if (reader.field === 3 && reader.is(WireType.bytes)) {
        reader.message();
        timestampMs = readTimestampMs(this.#reader(reader.start, reader.stop));
      } else reader.skip();
    }
    this.#check(reader);
    return { labels, value, ...(timestampMs === undefined ? {} : { timestampMs }) };
  }
}

/**
 * The families by name; of two with one name the later counts, as upstream reads pushes. Names are not checked.
 * Throws CodedError `exposition-syntax` with the offset of the family that does not parse.
 */
export function readProtobufFamilies(body: Uint8Array): Map<string, MetricFamily> {
  return new FamiliesReader(body).read();
}
